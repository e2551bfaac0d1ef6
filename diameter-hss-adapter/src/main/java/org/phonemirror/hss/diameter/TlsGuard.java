package org.phonemirror.hss.diameter;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jdiameter.client.api.parser.IMessageParser;
import org.jdiameter.common.api.concurrent.IConcurrentFactory;
import org.jdiameter.server.api.IMetaData;
import org.jdiameter.server.api.io.INetworkConnectionListener;
import org.jdiameter.server.api.io.INetworkGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes connections over TLS, of peers that show a certificate of a trusted authority. */
public final class TlsGuard implements INetworkGuard {
  private static final Logger log = LoggerFactory.getLogger(TlsGuard.class);

  /** Handshakes at one time; whoever comes meanwhile waits in the backlog. */
  private static final int MAX_HANDSHAKES = 32;

  private static final int BACKLOG = 128;

  private final IConcurrentFactory threads;
  private final IMessageParser parser;
  private final int timeoutMillis;
  private final List<SSLServerSocket> sockets = new ArrayList<>();
  private final List<INetworkConnectionListener> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore handshakes = new Semaphore(MAX_HANDSHAKES);

  /** As jDiameter makes it. */
  public TlsGuard(
      InetAddress[] addresses,
      int port,
      IConcurrentFactory threads,
      IMessageParser parser,
      IMetaData node)
      throws IOException {
    this.threads = threads;
    this.parser = parser;
    StackSettings settings = (StackSettings) node.getConfiguration();
    this.timeoutMillis = (int) settings.connectTimeout().toMillis();
    try {
      for (InetAddress address : addresses) {
        SSLServerSocket socket =
            (SSLServerSocket)
                settings
                    .security()
                    .orElseThrow()
                    .getServerSocketFactory()
                    .createServerSocket(port, BACKLOG, address);
        socket.setNeedClientAuth(true);
        sockets.add(socket);
      }
    } catch (IOException e) {
      destroy();
      throw e;
    }
    sockets.forEach(socket -> start("TLSGuard", () -> accept(socket)));
  }

  private void start(String name, Runnable task) {
    Thread thread = threads.getThread(name, task);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept(SSLServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        handshakes.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        SSLSocket accepted = (SSLSocket) socket.accept();
        start("TLSHandshake", () -> greet(accepted));
      } catch (IOException e) {
        handshakes.release();
        log.debug("no connection accepted: {}", e.toString());
      }
    }
  }

  private void greet(SSLSocket accepted) {
    try {
      TlsConnection.shakeHands(accepted, timeoutMillis);
      TlsConnection connection = new TlsConnection(threads, parser, accepted);
      listeners.forEach(listener -> listener.newNetworkConnection(connection));
    } catch (IOException e) {
      log.info("{} is not let in: {}", accepted.getRemoteSocketAddress(), e.getMessage());
      close(accepted);
    } finally {
      handshakes.release();
    }
  }

  private static void close(SSLSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("a connection is not closed properly: {}", e.toString());
    }
  }

  @Override
  public void addListener(INetworkConnectionListener listener) {
    listeners.add(listener);
  }

  @Override
  public void remListener(INetworkConnectionListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void destroy() {
    for (SSLServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("{} is not closed properly: {}", socket, e.toString());
      }
    }
  }
}
