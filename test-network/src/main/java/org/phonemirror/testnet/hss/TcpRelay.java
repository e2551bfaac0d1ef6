package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A stretch of network between two nodes, which can be cut or go silent. */
public final class TcpRelay implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket();
  private final InetSocketAddress target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;

  /** Listens at an address for what is to go to the target. */
  public TcpRelay(InetSocketAddress address, InetSocketAddress target) throws IOException {
    this.target = target;
    try {
      listener.bind(address);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    run("relay-accept", this::accept);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /** Connections stay, and new ones are taken, but nothing comes through. */
  public void silence(boolean now) {
    silent = now;
  }

  /** Ends what is connected now. */
  public void cut() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }

  private void accept() throws IOException {
    while (true) {
      Socket near = listener.accept();
      sockets.add(near);
      Socket far = new Socket();
      try {
        far.connect(target, 2_000);
      } catch (IOException e) {
        near.close();
        continue;
      }
      sockets.add(far);
      run("relay-up", () -> copy(near, far));
      run("relay-down", () -> copy(far, near));
    }
  }

  private void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!silent) {
          out.write(buffer, 0, n);
        }
      }
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void run(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // a closed socket is how these threads end
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
