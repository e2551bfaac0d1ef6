package org.phonemirror.hss.diameter;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.Configuration;
import org.jdiameter.client.api.IMessage;
import org.jdiameter.client.api.io.IConnectionListener;
import org.jdiameter.client.api.io.TransportError;
import org.jdiameter.client.api.io.TransportException;
import org.jdiameter.client.api.parser.IMessageParser;
import org.jdiameter.client.api.parser.ParseException;
import org.jdiameter.client.impl.transport.tcp.TCPClientConnection;
import org.jdiameter.common.api.concurrent.IConcurrentFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport connection of jDiameter's over TLS, from its first octet on (RFC 6733 §2.1): no
 * request can be lost in a handshake, and nothing is ever said in the clear.
 *
 * <p>jDiameter's own "TLS" is of no use to anybody else: after capabilities were exchanged in the
 * clear it sends the words {@code StartTlsRequest}, which are in no standard. It drops what is sent
 * during the handshake, goes on in the clear if the peer does not want TLS, and never looks whom a
 * certificate belongs to.
 */
public final class TlsConnection extends TCPClientConnection {
  private static final Logger log = LoggerFactory.getLogger(TlsConnection.class);
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Messages that wait for a slow peer; with more the connection is given up. */
  private static final int MAX_QUEUED = 1024;

  private static final int HEADER = 20;
  private static final int MAX_MESSAGE = 256 * 1024;
  private static final byte[] END = {};

  private final IConcurrentFactory threads;
  private final IMessageParser parser;
  private final InetSocketAddress remote;
  private final Optional<InetSocketAddress> local;
  private final Optional<StackSettings> settings;
  private volatile Optional<Link> link = Optional.empty();

  private record Link(SSLSocket socket, BlockingQueue<byte[]> queue) {}

  /** As jDiameter makes the connection to a peer. */
  public TlsConnection(
      Configuration config,
      IConcurrentFactory threads,
      InetAddress remoteAddress,
      int remotePort,
      InetAddress localAddress,
      int localPort,
      IMessageParser parser,
      String ref) {
    super(threads, parser);
    this.threads = threads;
    this.parser = parser;
    this.remote = new InetSocketAddress(remoteAddress, remotePort);
    this.local = Optional.of(new InetSocketAddress(localAddress, localPort));
    this.settings = Optional.of((StackSettings) config);
  }

  /** The same with a listener. */
  public TlsConnection(
      Configuration config,
      IConcurrentFactory threads,
      InetAddress remoteAddress,
      int remotePort,
      InetAddress localAddress,
      int localPort,
      IConnectionListener listener,
      IMessageParser parser,
      String ref) {
    this(config, threads, remoteAddress, remotePort, localAddress, localPort, parser, ref);
    addConnectionListener(listener);
  }

  /** A connection that was accepted, after its handshake. */
  TlsConnection(IConcurrentFactory threads, IMessageParser parser, SSLSocket socket) {
    super(threads, parser);
    this.threads = threads;
    this.parser = parser;
    this.remote = (InetSocketAddress) socket.getRemoteSocketAddress();
    this.local = Optional.empty();
    this.settings = Optional.empty();
    begin(socket);
  }

  @Override
  public void connect() throws TransportException {
    StackSettings stack =
        settings.orElseThrow(
            () -> new TransportException("accepted, not made here", TransportError.Internal));
    try {
      begin(open(stack));
      stack.failure(Optional.empty());
      onConnected();
    } catch (IOException e) {
      tell(stack, e);
      throw new TransportException("no TLS with " + remote, TransportError.NetWorkError, e);
    }
  }

  private SSLSocket open(StackSettings stack) throws IOException {
    int millis = (int) stack.connectTimeout().toMillis();
    Socket plain = new Socket();
    try {
      plain.bind(local.orElseThrow());
      plain.connect(remote, millis);
      SSLSocket socket =
          (SSLSocket)
              stack
                  .security()
                  .orElseThrow()
                  .getSocketFactory()
                  .createSocket(plain, stack.peerHost(), remote.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(PROTOCOLS);
      // the certificate must name the peer's Origin-Host, as a server's must name its host
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      shakeHands(socket, millis);
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /** Ends within the time, also with a peer that is silent. */
  static void shakeHands(SSLSocket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    socket.setSoLinger(true, 1); // a farewell must not wait for a peer that does not read
    socket.setTcpNoDelay(true);
    socket.startHandshake();
    socket.setSoTimeout(0);
  }

  /** Once for each reason, as attempts are many. */
  private void tell(StackSettings stack, IOException failure) {
    String why = "no TLS with " + stack.peerHost() + " at " + remote + ": " + reason(failure);
    if (!stack.failure().equals(Optional.of(why))) {
      stack.failure(Optional.of(why));
      log.warn("{}; trying again", why);
    }
  }

  private static String reason(IOException failure) {
    return failure instanceof SSLException
        ? failure.getMessage()
            + " (is the peer's certificate made out to its Origin-Host, by an authority in the"
            + " trust store, and does it trust ours?)"
        : String.valueOf(failure.getMessage());
  }

  private void begin(SSLSocket socket) {
    Link begun = new Link(socket, new ArrayBlockingQueue<>(MAX_QUEUED));
    link = Optional.of(begun);
    start("TLSWriter", () -> write(begun));
    start("TLSReader", () -> read(begun));
  }

  private void start(String name, Runnable task) {
    Thread thread = threads.getThread(name, task);
    thread.setDaemon(true);
    thread.start();
  }

  private void read(Link from) {
    try {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(from.socket().getInputStream()));
      while (true) {
        int head = in.readInt();
        int length = head & 0xffffff;
        if (head >>> 24 != 1 || length < HEADER || length > MAX_MESSAGE) {
          throw new IOException("what comes is no Diameter message");
        }
        byte[] message = new byte[length];
        ByteBuffer.wrap(message).putInt(head);
        in.readFully(message, Integer.BYTES, length - Integer.BYTES);
        try {
          onMessageReceived(ByteBuffer.wrap(message));
        } catch (AvpDataException e) {
          onAvpDataException(e);
        }
      }
    } catch (IOException e) {
      log.debug("the connection to {} ends: {}", remote, e.toString());
    } finally {
      end(from);
    }
  }

  private void write(Link to) {
    try {
      OutputStream out = to.socket().getOutputStream();
      for (byte[] message = to.queue().take(); message != END; message = to.queue().take()) {
        out.write(message);
      }
    } catch (IOException e) {
      log.debug("the connection to {} ends: {}", remote, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(to);
  }

  private void end(Link ended) {
    close(ended);
    ended.queue().clear();
    ended.queue().add(END);
    try {
      onDisconnect();
    } catch (AvpDataException e) {
      log.debug("the end of the connection to {} is not heard", remote, e);
    }
  }

  private static void close(Link link) {
    try {
      link.socket().close();
    } catch (IOException e) {
      log.debug("a connection is not closed properly: {}", e.toString());
    }
  }

  @Override
  public void sendMessage(IMessage message) throws TransportException {
    Optional<Link> current = link;
    try {
      byte[] octets = parser.encodeMessage(message).array();
      if (!isConnected() || !current.orElseThrow().queue().offer(octets)) {
        throw new TransportException(
            "no connection to " + remote + ", or one that takes nothing",
            TransportError.FailedSendMessage);
      }
    } catch (ParseException e) {
      throw new TransportException(
          "message cannot be written", TransportError.FailedSendMessage, e);
    }
  }

  @Override
  public void disconnect() {
    link.ifPresent(TlsConnection::close);
    link = Optional.empty();
  }

  @Override
  public void release() {
    disconnect();
    remAllConnectionListener();
  }

  @Override
  public boolean isConnected() {
    return link.map(l -> !l.socket().isClosed()).orElse(false);
  }

  @Override
  public InetAddress getRemoteAddress() {
    return remote.getAddress();
  }

  @Override
  public int getRemotePort() {
    return remote.getPort();
  }
}
