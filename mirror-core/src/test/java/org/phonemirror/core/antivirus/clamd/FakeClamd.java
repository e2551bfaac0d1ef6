package org.phonemirror.core.antivirus.clamd;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A clamd that answers each stream as it is told to, where a real one would do so once in a blue
 * moon. VERSION and the probe of its limits it answers properly.
 */
public final class FakeClamd implements AutoCloseable {
  /** Nothing is said, and the connection stays. */
  public static final String SILENCE = "";

  private static final int GZIP_MAGIC = 0x1f;

  private final ServerSocket server;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final Queue<String> once = new ConcurrentLinkedQueue<>();
  private volatile String answer;

  private FakeClamd(ServerSocket server, String answer) {
    this.server = server;
    this.answer = answer;
  }

  public static FakeClamd start(String host, String answer) throws IOException {
    FakeClamd clamd = new FakeClamd(new ServerSocket(0, 50, InetAddress.getByName(host)), answer);
    Thread thread = new Thread(clamd::accept, "fake-clamd");
    thread.setDaemon(true);
    thread.start();
    return clamd;
  }

  public SocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  public void setAnswer(String answer) {
    this.answer = answer;
  }

  /** Answers otherwise the next time, and as before after that. */
  public void answerOnce(String next) {
    once.add(next);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Thread thread = new Thread(() -> talk(socket), "fake-clamd-talk");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void talk(Socket socket) {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      StringBuilder command = new StringBuilder();
      for (int c = in.read(); c > 0; c = in.read()) {
        command.append((char) c);
      }
      if (command.toString().equals("zVERSION")) {
        say(socket, "ClamAV 1.4.6/1/Sun Nov 22 10:00:00 2026");
      } else if (isProbe(in)) {
        say(socket, "stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND");
      } else {
        String next = once.poll();
        String said = next == null ? answer : next;
        if (!said.equals(SILENCE)) {
          say(socket, said);
        }
      }
    } catch (IOException e) {
      // the client has had enough
    }
  }

  private static boolean isProbe(DataInputStream in) throws IOException {
    boolean probe = false;
    for (int length = in.readInt(); length > 0; length = in.readInt()) {
      byte[] chunk = in.readNBytes(length);
      probe |= chunk[0] == GZIP_MAGIC;
    }
    return probe;
  }

  private static void say(Socket socket, String text) throws IOException {
    try (socket) {
      OutputStream out = socket.getOutputStream();
      out.write((text + "\0").getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
