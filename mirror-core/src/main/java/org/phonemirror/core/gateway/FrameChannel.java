package org.phonemirror.core.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.phonemirror.core.gateway.link.Ethernet;
import org.phonemirror.core.gateway.link.FrameSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket that QEMU connects a network device to ({@code -netdev stream,server=off}): frames in
 * both directions, each after its length in four bytes, big-endian. One guest at a time.
 *
 * <p>One thread at a time may use it; {@link #close} may come from any, and wakes the user.
 */
final class FrameChannel implements Closeable, FrameSink {
  private static final Logger LOG = LoggerFactory.getLogger(FrameChannel.class);

  /** Frames that QEMU has not taken: as the queue of a network card, full is full. */
  static final int MAX_QUEUED_BYTES = 256 << 10;

  private static final int LENGTH = 4;
  private static final int MAX_WHOLE = LENGTH + Ethernet.MAX_FRAME;

  /** Gets what the guest sends. */
  interface Guest {
    /** A frame, in an array that is valid for the call. */
    void frame(byte[] data, int from, int to);

    /** It is gone. */
    void disconnected();
  }

  private final Path path;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final SelectionKey acceptance;
  private final ByteBuffer received = ByteBuffer.allocate(2 * MAX_WHOLE);
  private final ByteBuffer queued = ByteBuffer.allocate(MAX_QUEUED_BYTES);
  private volatile Optional<SocketChannel> guest = Optional.empty();

  private FrameChannel(Path path, ServerSocketChannel server) throws IOException {
    this.path = path;
    this.server = server;
    this.selector = Selector.open();
    server.configureBlocking(false);
    this.acceptance = server.register(selector, SelectionKey.OP_ACCEPT);
  }

  /**
   * Listens on a path, at which nothing may be yet.
   *
   * @throws IOException naming the path
   */
  static FrameChannel open(Path path) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), 1);
      return new FrameChannel(path, server);
    } catch (IOException | IllegalArgumentException e) {
      server.close();
      throw new IOException("can't listen on " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Waits until something has come, but not longer than a time, and gives it to the guest's user.
   *
   * @throws IOException if what has come is no frame; its sender is disconnected
   */
  void await(long micros, Guest user) throws IOException {
    try {
      setInterest();
      selector.selectedKeys().clear();
      selector.select(Math.max(1, micros / 1000));
      if (acceptance.isAcceptable()) {
        accept();
      }
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw new ClosedChannelException();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while a mirror's network is played");
    }
    if (guest.isPresent()) {
      serve(guest.get(), user);
    }
  }

  private void setInterest() {
    acceptance.interestOps(guest.isPresent() ? 0 : SelectionKey.OP_ACCEPT);
    int operations = SelectionKey.OP_READ | (queued.position() > 0 ? SelectionKey.OP_WRITE : 0);
    guest.ifPresent(channel -> channel.keyFor(selector).interestOps(operations));
  }

  private void accept() throws IOException {
    SocketChannel channel = server.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.register(selector, 0);
      received.clear();
      queued.clear();
      guest = Optional.of(channel);
    }
  }

  private void serve(SocketChannel channel, Guest user) throws IOException {
    try {
      int count = channel.read(received);
      takeFrames(user);
      if (count < 0) {
        disconnect(channel, user);
      }
    } catch (IOException e) {
      disconnect(channel, user);
      throw new IOException("the network device at " + path + ": " + e.getMessage(), e);
    }
  }

  private void takeFrames(Guest user) throws IOException {
    received.flip();
    while (received.remaining() >= LENGTH) {
      int length = received.getInt(received.position());
      if (length < 0 || length > Ethernet.MAX_FRAME) {
        throw new IOException("a frame can't have " + (length & 0xffff_ffffL) + " bytes");
      }
      if (received.remaining() < LENGTH + length) {
        break;
      }
      int begin = received.position() + LENGTH;
      user.frame(received.array(), begin, begin + length);
      received.position(begin + length);
    }
    received.compact();
  }

  private void disconnect(SocketChannel channel, Guest user) throws IOException {
    guest = Optional.empty();
    channel.close();
    user.disconnected();
  }

  @Override
  public boolean hasRoom() {
    return guest.isPresent() && queued.remaining() >= MAX_WHOLE;
  }

  @Override
  public void send(ByteBuffer frame) {
    if (guest.isPresent() && queued.remaining() >= LENGTH + frame.remaining()) {
      queued.putInt(frame.remaining()).put(frame);
    }
  }

  /** Sends as much of what is queued as QEMU takes now. */
  void flush(Guest user) throws IOException {
    if (guest.isEmpty() || queued.position() == 0) {
      return;
    }
    queued.flip();
    try {
      guest.get().write(queued);
      queued.compact();
    } catch (IOException e) {
      LOG.info("the network device at {} is gone: {}", path, e.getMessage());
      queued.clear();
      disconnect(guest.get(), user);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      server.close();
      Files.deleteIfExists(path);
      if (guest.isPresent()) {
        guest.get().close();
      }
    } finally {
      selector.close();
    }
  }
}
