package org.phonemirror.core.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The other end of a guest's channel, in a thread of its own that ends with the connection. */
final class HostilePeer implements AutoCloseable {
  private final Path socket;
  private final ServerSocketChannel server;
  private final Thread thread;

  /** What it says and does, until the connection ends. */
  interface Behaviour {
    void run(Talk talk) throws IOException, InterruptedException;
  }

  HostilePeer(Path socket, Behaviour behaviour) throws IOException {
    this.socket = socket;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    this.thread = new Thread(() -> serve(behaviour), "hostile-peer");
    thread.setDaemon(true);
    thread.start();
  }

  Path socket() {
    return socket;
  }

  private void serve(Behaviour behaviour) {
    try (SocketChannel peer = server.accept()) {
      Talk talk = new Talk(peer);
      behaviour.run(talk);
      talk.awaitEnd();
    } catch (IOException | InterruptedException e) {
      // the host has closed the connection: that is how each of its errors ends
    }
  }

  /** One connection. */
  static final class Talk {
    private final SocketChannel peer;
    private final BufferedReader in;

    private Talk(SocketChannel peer) {
      this.peer = peer;
      this.in = new BufferedReader(Channels.newReader(peer, StandardCharsets.ISO_8859_1));
    }

    String readLine() throws IOException {
      String line = in.readLine();
      if (line == null) {
        throw new IOException("the host has gone");
      }
      return line;
    }

    void write(String text) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        peer.write(bytes);
      }
    }

    /** Ends the connection in the middle of whatever it is in. */
    void close() throws IOException {
      peer.close();
    }

    private void awaitEnd() throws IOException {
      while (in.read() >= 0) {
        // what the host says is not listened to
      }
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
    thread.interrupt();
    thread.join();
  }
}
