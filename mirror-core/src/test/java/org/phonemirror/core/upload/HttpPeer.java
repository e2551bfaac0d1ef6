package org.phonemirror.core.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A web server of few words, which may be wrong ones. */
final class HttpPeer implements AutoCloseable {
  /** What came: head and body. */
  record Request(String head, byte[] body) {}

  /**
   * What it does with a request.
   *
   * @param early whether it answers before the body
   * @param bytes as they are on the wire; none: it hangs up
   */
  record Answer(boolean early, byte[] bytes) {
    static Answer of(String text) {
      return new Answer(false, text.getBytes(ISO_8859_1));
    }

    static Answer early(String text) {
      return new Answer(true, text.getBytes(ISO_8859_1));
    }
  }

  private static final long LEAVE_MILLIS = 2000;

  static final String CREATED = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";

  final List<Request> requests = new CopyOnWriteArrayList<>();
  final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final ServerSocket socket;
  private final Thread thread;
  volatile boolean saysContinue = true;

  HttpPeer(String address) throws IOException {
    this(address, 0);
  }

  HttpPeer(String address, int port) throws IOException {
    socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address, port));
    thread = new Thread(this::run, "http-peer");
    thread.setDaemon(true);
    thread.start();
  }

  String url(String path) {
    return "http://"
        + socket.getInetAddress().getHostAddress()
        + ":"
        + socket.getLocalPort()
        + path;
  }

  private void run() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.setSoTimeout(20_000);
        serve(connection);
      } catch (IOException e) {
        requests.add(new Request("broken: " + e.getMessage(), new byte[0]));
      }
    }
  }

  private void serve(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int c = in.read();
      if (c < 0) {
        return;
      }
      head.write(c);
    }
    String text = head.toString(ISO_8859_1);
    Answer next = answers.poll();
    Answer answer = next == null ? Answer.of(CREATED) : next;
    byte[] body = new byte[0];
    if (!answer.early) {
      if (saysContinue && text.contains("Expect: 100-continue")) {
        connection.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      }
      body = in.readNBytes(length(text));
    }
    requests.add(new Request(text, body));
    connection.getOutputStream().write(answer.bytes);
  }

  private static int length(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  /** A call that waits for a connection may still get one until it has been told of the end. */
  @Override
  public void close() throws IOException {
    socket.close();
    try {
      thread.join(LEAVE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
