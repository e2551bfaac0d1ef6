package org.phonemirror.core.qemu;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Lines of UTF-8 over a Unix domain socket, each way with a deadline. What is at the other end is,
 * in the end, a guest: a line has a greatest length, and a deadline also ends what never stops to
 * come.
 *
 * <p>One thread at a time may use it; {@link #close} may come from any, and wakes the user.
 */
final class LineChannel implements Closeable {
  private static final int FIRST_BUFFER_BYTES = 8 * 1024;
  private static final long RETRY_MILLIS = 2;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final int longestLine;

  /** Holds received bytes from 0 to its position; those before {@link #start} are used up. */
  private ByteBuffer received = ByteBuffer.allocate(FIRST_BUFFER_BYTES);

  private int start;

  private LineChannel(SocketChannel channel, int longestLine) throws IOException {
    this.channel = channel;
    this.longestLine = longestLine;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    this.key = channel.register(selector, 0);
  }

  /**
   * Connects, and tries again while the listener has not made its socket yet.
   *
   * @param longestLine in bytes, with its end; a longer one is an error
   * @param listenerLives whether trying again makes sense
   * @throws IOException naming the socket, when the deadline passes or the listener is gone
   */
  static LineChannel connect(
      Path socket, int longestLine, BooleanSupplier listenerLives, Deadline deadline)
      throws IOException {
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new LineChannel(channel, longestLine);
      } catch (IOException e) {
        channel.close();
        if (!listenerLives.getAsBoolean()) {
          throw new IOException(
              "can't connect to " + socket + ": its listener has ended: " + e.getMessage(), e);
        }
        if (deadline.passed()) {
          throw new IOException(
              "can't connect to " + socket + " in " + deadline.allowed() + ": " + e.getMessage(),
              e);
        }
      }
      pause(socket);
    }
  }

  private static void pause(Path socket) throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while connecting to " + socket, e);
    }
  }

  /** Sends text, which must end with a line feed. */
  void send(String text, Deadline deadline) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8), deadline);
  }

  /** Sends bytes that are no lines. */
  void send(byte[] data, Deadline deadline) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(data);
    while (channel.write(bytes) >= 0 && bytes.hasRemaining()) {
      await(SelectionKey.OP_WRITE, deadline, "it does not read");
    }
  }

  /**
   * The next line, without its end.
   *
   * @throws EOFException if the other end has closed
   */
  String receive(Deadline deadline) throws IOException {
    int searched = start;
    while (true) {
      for (int i = searched; i < received.position(); i++) {
        if (received.get(i) == '\n') {
          int end = i > start && received.get(i - 1) == '\r' ? i - 1 : i;
          String line = new String(received.array(), start, end - start, StandardCharsets.UTF_8);
          start = i + 1;
          return line;
        }
      }
      searched = received.position() - start;
      makeRoom();
      searched += start;
      if (deadline.passed()) {
        throw new IOException("no answer in " + deadline.allowed());
      }
      if (read() == 0) {
        await(SelectionKey.OP_READ, deadline, "no answer");
      }
    }
  }

  private int read() throws IOException {
    int n = channel.read(received);
    if (n < 0) {
      throw new EOFException("the other end has closed the connection");
    }
    return n;
  }

  /** Moves what is left of the buffer only when it is full: bytes may come one by one. */
  private void makeRoom() throws IOException {
    if (start == received.position()) {
      received.clear();
      start = 0;
    }
    if (received.hasRemaining()) {
      return;
    }
    received.flip().position(start);
    received.compact();
    start = 0;
    if (!received.hasRemaining()) {
      if (received.capacity() >= longestLine) {
        throw new IOException("a line of more than " + longestLine + " bytes came");
      }
      int capacity = Math.min(received.capacity() * 2, longestLine);
      received = ByteBuffer.allocate(capacity).put(received.flip());
    }
  }

  /**
   * Checks that nothing has come that was not asked for.
   *
   * @throws IOException if something has
   */
  void requireSilence() throws IOException {
    makeRoom();
    if (received.position() > start || read() > 0) {
      throw new IOException("it spoke without being asked");
    }
  }

  private void await(int operation, Deadline deadline, String otherwise) throws IOException {
    long millis = deadline.millisLeft();
    if (millis == 0) {
      throw new IOException(otherwise + " in " + deadline.allowed());
    }
    try {
      key.interestOps(operation);
      selector.selectedKeys().clear();
      selector.select(millis);
    } catch (ClosedSelectorException | java.nio.channels.CancelledKeyException e) {
      throw new ClosedChannelException();
    }
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      selector.close();
    }
  }
}
