package org.phonemirror.testnet.phone;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * QEMU's end of the phone's network device, or of a copy of its traffic: Ethernet frames, each
 * after its length in four octets, big-endian.
 */
public final class FrameLink implements Closeable {
  /** Of the longest IPv4 packet. */
  public static final int MAX_FRAME_BYTES = 14 + 65_535;

  private static final int LENGTH_BYTES = 4;

  private final SocketChannel channel;

  /** On a socket that is connected. */
  public FrameLink(SocketChannel channel) {
    this.channel = channel;
  }

  static FrameLink connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new FrameLink(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Gives frames to the consumer, each in a buffer that is valid for the call, until the other end
   * closes.
   *
   * @throws IOException if a length cannot be one of a frame
   */
  public void read(Consumer<ByteBuffer> consumer) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(2 * (LENGTH_BYTES + MAX_FRAME_BYTES));
    while (channel.read(buffer) >= 0) {
      buffer.flip();
      while (buffer.remaining() >= LENGTH_BYTES) {
        int length = buffer.getInt(buffer.position());
        if (length < 0 || length > MAX_FRAME_BYTES) {
          throw new IOException("a frame cannot have " + length + " octets");
        }
        if (buffer.remaining() < LENGTH_BYTES + length) {
          break;
        }
        int begin = buffer.position() + LENGTH_BYTES;
        consumer.accept(buffer.slice(begin, length));
        buffer.position(begin + length);
      }
      buffer.compact();
    }
  }

  /** Sends a frame; waits while the other end is behind. */
  public synchronized void send(ByteBuffer frame) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).putInt(0, frame.remaining());
    ByteBuffer[] both = {length, frame};
    while (frame.hasRemaining()) {
      channel.write(both);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
