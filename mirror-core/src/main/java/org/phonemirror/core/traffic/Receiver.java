package org.phonemirror.core.traffic;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Receives one kind of datagrams. With epoll it takes many of them from the kernel at once
 * (recvmmsg).
 */
final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
  /** Takes a datagram, which is its own only during the call. */
  @FunctionalInterface
  interface Sink {
    void datagram(byte[] data, int from, int to);
  }

  /**
   * A tap's links have an MTU of 9000 at most. What is longer is cut off, and discarded as that.
   */
  private static final int MAX_DATAGRAM = 9_216;

  private static final int DATAGRAMS_AT_ONCE = 32;

  /** What arrives while the thread is held up; the kernel may give less. */
  private static final int SOCKET_BUFFER = 8 << 20;

  private final Sink sink;

  /**
   * The datagram at hand: checks of bounds are ours to make anyway, so that those of buffers are
   * made once, and not for each field.
   */
  private final byte[] datagram = new byte[MAX_DATAGRAM];

  private Receiver(Sink sink) {
    this.sink = sink;
  }

  /** The one thread that all receivers of a monitor share. */
  static EventLoopGroup newThread(String name) {
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), io);
  }

  /**
   * Listens at an address.
   *
   * @throws IOException naming the address, if that can't be done
   */
  static Channel listen(EventLoopGroup thread, InetSocketAddress address, Sink sink)
      throws IOException {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(thread)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
            .handler(new Receiver(sink));
    if (Epoll.isAvailable()) {
      bootstrap
          .channel(EpollDatagramChannel.class)
          .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, MAX_DATAGRAM)
          .option(
              ChannelOption.RECVBUF_ALLOCATOR,
              new FixedRecvByteBufAllocator(MAX_DATAGRAM * DATAGRAMS_AT_ONCE));
    } else {
      bootstrap
          .channel(NioDatagramChannel.class)
          .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM));
    }
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "can't receive the copy of traffic at " + address + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    return bound.channel();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    ByteBuf content = packet.content();
    int length = Math.min(content.readableBytes(), MAX_DATAGRAM);
    content.getBytes(content.readerIndex(), datagram, 0, length);
    sink.datagram(datagram, 0, length);
  }
}
