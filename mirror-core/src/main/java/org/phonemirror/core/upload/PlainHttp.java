package org.phonemirror.core.upload;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.phonemirror.core.upload.WebSettings.Destinations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 request with a body over a connection of its own. The JDK's clients resolve a host
 * by themselves, so that what was allowed need not be what they connect to; and none of them ends
 * when the other side stops reading.
 */
final class PlainHttp implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PlainHttp.class);

  /** How long a server is waited for that knows no {@code Expect} (RFC 9110 §10.1.1). */
  private static final int CONTINUE_MILLIS = 2_000;

  /** Slower than this is not worth its thread. */
  private static final long BYTES_PER_SECOND = 16 * 1024;

  private static final int BUFFER = 64 * 1024;

  private final Duration timeout;
  private final ScheduledThreadPoolExecutor watch;

  /** What follows the head of a request. */
  interface Body {
    long length();

    /** Writes just so many bytes. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** No address of a host may be connected to. */
  static final class ForbiddenException extends IOException {
    private static final long serialVersionUID = 1;

    ForbiddenException(String host) {
      super("files may not be sent to " + host + " by this server's rules");
    }
  }

  /**
   * Makes one without connections.
   *
   * @param timeout without an answer; a body has longer, by its length
   */
  PlainHttp(Duration timeout) {
    this.timeout = timeout;
    this.watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "upload-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.setRemoveOnCancelPolicy(true);
  }

  /**
   * Sends a request and reads its answer.
   *
   * @param fields of the head, beside those that every request has
   * @param ask whether to wait for {@code 100 Continue} before the body
   * @throws ForbiddenException if the destination is not allowed
   * @throws IOException if there is no answer, or what comes is none
   */
  HttpAnswer send(
      String method,
      URI uri,
      Map<String, String> fields,
      Body body,
      boolean ask,
      Destinations destinations)
      throws IOException {
    try (Socket plain = new Socket()) {
      long millis = timeout.toMillis() + body.length() * 1000 / BYTES_PER_SECOND;
      ScheduledFuture<?> end = watch.schedule(() -> abort(plain), millis, TimeUnit.MILLISECONDS);
      try {
        plain.connect(address(uri, destinations), Math.toIntExact(timeout.toMillis()));
        plain.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        Socket socket = uri.getScheme().equalsIgnoreCase("https") ? secured(plain, uri) : plain;
        return exchange(socket, method, uri, fields, body, ask);
      } finally {
        end.cancel(false);
      }
    }
  }

  private static void abort(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.warn("a stalled connection cannot be closed", e);
    }
  }

  private static InetSocketAddress address(URI uri, Destinations destinations) throws IOException {
    String host = uri.getHost();
    int port = uri.getPort();
    if (port < 0) {
      port = uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }
    InetAddress[] all;
    try {
      all = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("there is no host " + host, e);
    }
    for (InetAddress address : all) {
      if (destinations.allow(address)) {
        return new InetSocketAddress(address, port);
      }
    }
    throw new ForbiddenException(host);
  }

  private static Socket secured(Socket plain, URI uri) throws IOException {
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private HttpAnswer exchange(
      Socket socket, String method, URI uri, Map<String, String> fields, Body body, boolean ask)
      throws IOException {
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
    InputStream in = new BufferedInputStream(socket.getInputStream());
    out.write(head(method, uri, fields, body.length(), ask).getBytes(StandardCharsets.US_ASCII));
    out.flush();
    if (ask) {
      socket.setSoTimeout(CONTINUE_MILLIS);
      try {
        HttpAnswer early = HttpAnswer.read(in, true);
        if (early.status() >= 200) {
          return early;
        }
      } catch (SocketTimeoutException e) {
        log.debug("{} does not say that it wants the body, and gets it", uri.getHost(), e);
      } finally {
        socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      }
    }
    try {
      body.writeTo(out);
      out.flush();
    } catch (Parcel.RecalledException e) {
      throw e;
    } catch (IOException e) {
      return earlyAnswer(in, e);
    }
    return HttpAnswer.read(in, false);
  }

  /** Who closes the connection before it has read all may have said why. */
  private static HttpAnswer earlyAnswer(InputStream in, IOException failure) throws IOException {
    try {
      return HttpAnswer.read(in, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private static String head(
      String method, URI uri, Map<String, String> fields, long length, boolean ask) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(query).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(uri.getRawAuthority()).append("\r\n");
    head.append("User-Agent: phone-mirror\r\nConnection: close\r\n");
    head.append("Content-Length: ").append(length).append("\r\n");
    fields.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (ask) {
      head.append("Expect: 100-continue\r\n");
    }
    return head.append("\r\n").toString();
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
