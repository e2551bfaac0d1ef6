package org.phonemirror.testnet.phone;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The modem's end of the port between the phone and its baseband: lines of text both ways. */
final class Modem implements Closeable {
  static final int MAX_LINE_BYTES = 16 * 1024;

  private final SocketChannel channel;

  private Modem(SocketChannel channel) {
    this.channel = channel;
  }

  static Modem connect(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return new Modem(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Gives lines to the consumer until the phone is off. */
  void read(Consumer<String> consumer) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE_BYTES);
    while (channel.read(buffer) >= 0) {
      buffer.flip();
      int begin = 0;
      for (int i = 0; i < buffer.limit(); i++) {
        if (buffer.get(i) == '\n') {
          consumer.accept(new String(buffer.array(), begin, i - begin, StandardCharsets.UTF_8));
          begin = i + 1;
        }
      }
      buffer.position(begin);
      buffer.compact();
      if (!buffer.hasRemaining()) {
        throw new IOException("the phone sent a line longer than " + MAX_LINE_BYTES + " bytes");
      }
    }
  }

  synchronized void send(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_LINE_BYTES || line.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(
          "not one line of at most " + (MAX_LINE_BYTES - 1) + " bytes: " + line);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
