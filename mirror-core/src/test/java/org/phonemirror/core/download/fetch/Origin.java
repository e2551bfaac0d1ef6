package org.phonemirror.core.download.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A web server that sends just the bytes that a test tells it to, right or wrong. */
public final class Origin implements AutoCloseable {
  /** A network of loopback addresses that tests fetch from. */
  public static final Network NETWORK = Network.parse("127.63.1.0/24");

  /** What was asked, with the names of fields in lower case. */
  public record Request(String path, Map<String, String> fields) {
    /** The first byte asked for; 0 if the whole is. */
    public int from() {
      String range = fields.getOrDefault("range", "bytes=0-");
      return Integer.parseInt(range.substring(6, range.length() - 1));
    }
  }

  /** Answers a request; the connection is closed afterwards. */
  @FunctionalInterface
  public interface Handler {
    void answer(Request request, OutputStream out) throws Exception;
  }

  public final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket listening;
  private final Handler handler;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public Origin(Handler handler) throws IOException {
    this(new ServerSocket(), handler);
  }

  /** With an unbound socket, perhaps of TLS. */
  Origin(ServerSocket socket, Handler handler) throws IOException {
    this.handler = handler;
    listening = socket;
    listening.bind(new InetSocketAddress(InetAddress.getByName("127.63.1.1"), 0));
    threads.execute(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  public String url(String path) {
    return "http://127.63.1.1:" + port() + path;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        open.add(socket);
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Request request = read(socket.getInputStream());
      requests.add(request);
      handler.answer(request, socket.getOutputStream());
      socket.getOutputStream().flush();
    } catch (Exception e) {
      // the client has hung up, or the test is over
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String path = line(in).split(" ", -1)[1];
    Map<String, String> fields = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(path, fields);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("no request");
      }
      line.append((char) b);
    }
    return line.toString().strip();
  }

  /** Writes a head: the status line and fields, each without its end. */
  public static void head(OutputStream out, String status, String... fields) throws IOException {
    String text = "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", fields);
    out.write(
        (text + (fields.length == 0 ? "\r\n" : "\r\n\r\n")).getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** A server that has one file, and gives parts of it. */
  public static Handler file(byte[] content, String tag) {
    return (request, out) -> {
      int from = tag.equals(request.fields().get("if-range")) ? request.from() : 0;
      if (from > 0) {
        head(
            out,
            "206 Partial Content",
            "ETag: " + tag,
            "Content-Length: " + (content.length - from),
            "Content-Range: bytes " + from + "-" + (content.length - 1) + "/" + content.length);
      } else {
        head(out, "200 OK", "ETag: " + tag, "Content-Length: " + content.length);
      }
      out.write(content, from, content.length - from);
    };
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
