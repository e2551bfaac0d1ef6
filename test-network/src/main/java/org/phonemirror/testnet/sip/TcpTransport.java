package org.phonemirror.testnet.sip;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIP over TCP: takes connections, and makes one to whom it has none with. */
final class TcpTransport implements SipTransport {
  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);
  private static final int MAX_MESSAGE = 1 << 20;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int LEAVE_MILLIS = 5_000;
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^(?:content-length|l)[ \\t]*:[ \\t]*([0-9]{1,7})[ \\t]*\\r?$");

  private final ServerSocket server;
  private final Map<InetSocketAddress, Socket> connections = new ConcurrentHashMap<>();
  private volatile Optional<Thread> acceptor = Optional.empty();
  private volatile Receiver receiver = (message, from) -> {};

  TcpTransport(InetSocketAddress local) throws IOException {
    this.server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(local);
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot bind SIP to TCP " + local + ": " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return "TCP";
  }

  @Override
  public InetSocketAddress local() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  @Override
  public void start(Receiver newReceiver) {
    receiver = newReceiver;
    acceptor = Optional.of(daemon(this::accept, "sip-acceptor-" + local()));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        serve(server.accept());
      } catch (IOException e) {
        if (!server.isClosed()) {
          LOG.warn("Accepting on {} failed", local(), e);
        }
      }
    }
  }

  private void serve(Socket connection) {
    InetSocketAddress peer = (InetSocketAddress) connection.getRemoteSocketAddress();
    connections.put(peer, connection);
    var unused = daemon(() -> receive(connection, peer), "sip-receiver-" + peer);
  }

  private void receive(Socket connection, InetSocketAddress peer) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      while (true) {
        receiver.received(message(in), peer);
      }
    } catch (EOFException e) {
      LOG.debug("{} has closed its connection", peer);
    } catch (IOException e) {
      if (!server.isClosed()) {
        LOG.debug("Connection with {} broke: {}", peer, e.getMessage());
      }
    } finally {
      connections.remove(peer, connection);
    }
  }

  /** The next message of a stream; empty lines before it are keep-alives (RFC 5626). */
  private static byte[] message(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int last = 0; // the last four bytes
    while (last != 0x0D0A0D0A) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      if (head.size() == 0 && (next == '\r' || next == '\n')) {
        continue;
      }
      head.write(next);
      last = last << 8 | next;
      if (head.size() > MAX_MESSAGE) {
        throw new IOException("a message has more than " + MAX_MESSAGE + " bytes before its body");
      }
    }
    Matcher length = LENGTH.matcher(head.toString(StandardCharsets.UTF_8));
    head.write(in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0));
    return head.toByteArray();
  }

  @Override
  public void send(byte[] message, InetSocketAddress to) throws IOException {
    Socket connection = connections.get(to);
    if (connection == null) {
      connection = new Socket();
      connection.bind(new InetSocketAddress(local().getAddress(), 0));
      connection.connect(to, CONNECT_MILLIS);
      serve(connection);
    }
    synchronized (connection) {
      connection.getOutputStream().write(message);
    }
  }

  /** The address is free again when the thread that waits there has left. */
  @Override
  public void close() {
    try {
      server.close();
      for (Socket connection : connections.values()) {
        connection.close();
      }
      if (acceptor.isPresent()) {
        acceptor.get().join(LEAVE_MILLIS);
      }
    } catch (IOException e) {
      LOG.warn("Closing {} failed", local(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
