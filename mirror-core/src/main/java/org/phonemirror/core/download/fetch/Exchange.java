package org.phonemirror.core.download.fetch;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One request on a connection of its own, to an address that was checked: the name is resolved
 * once, here, so that it can't mean another address when the connection is made. TLS still goes by
 * the name, for SNI (RFC 6066) and for the certificate (RFC 9110 §4.3.4).
 */
final class Exchange implements Closeable {
  private static final int BUFFER = 64 * 1024;
  private static final int SURPLUS_MILLIS = 1000;

  private final Socket socket;
  private final InputStream in;

  private Exchange(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
  }

  /** What all exchanges share. */
  record Surroundings(
      FetchSettings settings,
      Resolver resolver,
      SSLSocketFactory tls,
      ScheduledExecutorService watchdog) {}

  /** The answer's head, with the exchange that goes on to give its body. */
  record Answer(Head head, Exchange exchange) implements Closeable {
    @Override
    public void close() throws IOException {
      exchange.close();
    }
  }

  /**
   * Asks for a file.
   *
   * @param fields of the request, besides those that all have
   * @throws FetchException if there is no answer; the text is for the phone's owner
   */
  static Answer get(Target target, Map<String, String> fields, Surroundings around, Control control)
      throws IOException {
    FetchSettings settings = around.settings;
    if (!settings.ports().contains(target.port())) {
      throw FetchException.permanent(
          Reason.NOT_ALLOWED,
          target.uri() + " uses port " + target.port() + ", which the operator does not allow");
    }
    Socket socket = connect(target, around, control);
    Duration time = settings.answerTime();
    Future<?> late =
        around.watchdog.schedule(
            () -> closeQuietly(socket), time.toMillis(), TimeUnit.MILLISECONDS);
    try {
      socket.setSoTimeout(Math.toIntExact(settings.idleTime().toMillis()));
      Exchange exchange = new Exchange(target.tls() ? secure(socket, target, around) : socket);
      exchange.send(target, fields, settings);
      Head head = Head.read(exchange.in);
      if (!late.cancel(false)) {
        throw new SocketTimeoutException();
      }
      return new Answer(head, exchange);
    } catch (FetchException e) {
      closeQuietly(socket);
      throw e;
    } catch (SSLException e) {
      closeQuietly(socket);
      throw late.isDone() ? noAnswer(target, e) : insecure(target, e);
    } catch (IOException e) {
      closeQuietly(socket);
      throw noAnswer(target, e);
    } finally {
      late.cancel(false);
    }
  }

  private static FetchException noAnswer(Target target, IOException e) {
    return FetchException.temporary(
        Reason.UNREACHABLE, target.host() + " does not answer; try again later", e);
  }

  private static FetchException insecure(Target target, SSLException e) {
    return FetchException.permanent(
        Reason.TLS,
        target.host()
            + " can't be trusted: "
            + e.getMessage()
            + "; tell its owner, or take another URL",
        e);
  }

  private static Socket connect(Target target, Surroundings around, Control control)
      throws IOException {
    List<InetAddress> permitted = addresses(target, around);
    IOException last = new IOException("no address");
    for (InetAddress address : permitted) {
      Socket socket = new Socket();
      try {
        control.use(socket);
        socket.connect(
            new InetSocketAddress(address, target.port()),
            Math.toIntExact(around.settings.connectTime().toMillis()));
        return socket;
      } catch (IOException e) {
        closeQuietly(socket);
        last = e;
      }
    }
    throw FetchException.temporary(
        Reason.UNREACHABLE, target.host() + " can't be reached; try again later", last);
  }

  private static List<InetAddress> addresses(Target target, Surroundings around)
      throws FetchException {
    List<InetAddress> addresses;
    try {
      addresses = around.resolver.addresses(target.host());
    } catch (UnknownHostException e) {
      throw FetchException.temporary(
          Reason.UNREACHABLE, "there is no host '" + target.host() + "'; check the URL", e);
    }
    List<InetAddress> permitted = new ArrayList<>(addresses);
    permitted.removeIf(address -> !around.settings.addresses().permit(address));
    if (permitted.isEmpty()) {
      throw FetchException.permanent(
          Reason.NOT_ALLOWED,
          target.host() + " is not in the Internet; files can be fetched from there only");
    }
    return permitted;
  }

  private static Socket secure(Socket plain, Target target, Surroundings around)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) around.tls.createSocket(plain, target.host(), target.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private void send(Target target, Map<String, String> fields, FetchSettings settings)
      throws IOException {
    Map<String, String> all = new TreeMap<>(fields);
    all.put("Host", target.uri().getRawAuthority());
    all.put("User-Agent", settings.userAgent());
    all.put("Accept", "*/*");
    all.put("Accept-Encoding", "identity");
    all.put("Connection", "close");
    StringBuilder request = new StringBuilder("GET " + target.requestTarget() + " HTTP/1.1\r\n");
    all.forEach((name, value) -> request.append(name).append(": ").append(value).append("\r\n"));
    request.append("\r\n");
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
  }

  Body body(Head head) throws FetchException {
    return new Body(in, head);
  }

  /** Whether more comes after the body, though the server was asked to hang up. */
  boolean hasSurplus() {
    try {
      socket.setSoTimeout(SURPLUS_MILLIS);
      return in.read() >= 0;
    } catch (IOException e) {
      return false; // it neither sends more nor hangs up, or it breaks off: the file is whole
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing was sent that could be lost; who waits for it is woken
    }
  }
}
