package org.phonemirror.core.antivirus.clamd;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One connection to clamd for one command: what is sent, and the answer up to its NUL. A selector
 * keeps the time limits, for sockets of both families.
 */
final class ClamdConversation implements Closeable {
  private static final int MAX_ANSWER_BYTES = 4096;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;

  private ClamdConversation(SocketChannel channel, Selector selector) throws IOException {
    this.channel = channel;
    this.selector = selector;
    channel.configureBlocking(false);
    this.key = channel.register(selector, 0);
  }

  static ClamdConversation open(SocketAddress address, Duration limit) throws IOException {
    SocketChannel channel =
        address instanceof InetSocketAddress
            ? SocketChannel.open()
            : SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      ClamdConversation conversation = new ClamdConversation(channel, Selector.open());
      conversation.connect(address, limit);
      return conversation;
    } catch (UnresolvedAddressException e) {
      channel.close();
      throw new IOException("the name is not known", e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void connect(SocketAddress address, Duration limit) throws IOException {
    try {
      long end = System.nanoTime() + limit.toNanos();
      boolean connected = channel.connect(address);
      while (!connected) {
        await(SelectionKey.OP_CONNECT, end, "no connection within " + limit.toMillis() + " ms");
        connected = channel.finishConnect();
      }
    } catch (IOException | RuntimeException e) {
      selector.close();
      throw e;
    }
  }

  /**
   * Sends all of a buffer, unless clamd has something to say first.
   *
   * @param idle how long clamd may take nothing
   * @return whether all was sent; if not, {@link #answer} may tell why
   */
  boolean send(ByteBuffer data, Duration idle) throws SocketTimeoutException {
    try {
      while (data.hasRemaining()) {
        if (channel.write(data) == 0) {
          await(
              SelectionKey.OP_WRITE | SelectionKey.OP_READ,
              System.nanoTime() + idle.toNanos(),
              "it took nothing for " + idle.toMillis() + " ms");
          if (key.isReadable()) {
            return false;
          }
        }
      }
      return true;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return false; // closed by clamd; it said why before
    }
  }

  /** Waits for the answer. */
  String answer(Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER_BYTES);
    while (true) {
      int from = answer.position();
      int count = channel.read(answer);
      for (int at = from; at < answer.position(); at++) {
        if (answer.get(at) == 0) {
          return new String(answer.array(), 0, at, StandardCharsets.UTF_8);
        }
      }
      if (count < 0) {
        throw new IOException("it broke off without an answer");
      } else if (!answer.hasRemaining()) {
        throw new IOException("its answer does not end");
      } else if (count == 0) {
        await(SelectionKey.OP_READ, end, "no answer within " + limit.toMillis() + " ms");
      }
    }
  }

  private void await(int operations, long endNanos, String late) throws IOException {
    key.interestOps(operations);
    selector.selectedKeys().clear();
    while (selector.select(Math.max(1, (endNanos - System.nanoTime()) / 1_000_000)) == 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("interrupted");
      } else if (System.nanoTime() - endNanos >= 0) {
        throw new SocketTimeoutException(late);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
