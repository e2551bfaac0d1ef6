package org.phonemirror.testnet.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
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
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;

/** Netty with the options of the traffic monitor's receivers, and nothing behind it. */
final class BareReceiver extends SimpleChannelInboundHandler<DatagramPacket>
    implements AutoCloseable {
  static final String THREAD = "bare-receiver";
  private static final int MAX_DATAGRAM = 9_216;
  private static final int DATAGRAMS_AT_ONCE = 32;
  private static final int SOCKET_BUFFER = 8 << 20;

  private final LongAdder packets = new LongAdder();
  private final EventLoopGroup thread =
      new MultiThreadIoEventLoopGroup(
          1,
          new DefaultThreadFactory(THREAD, true),
          Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final Gate gate;
  private Channel channel;

  private BareReceiver(Gate gate) {
    this.gate = gate;
  }

  static BareReceiver start(InetSocketAddress address, Gate gate) {
    BareReceiver receiver = new BareReceiver(gate);
    Bootstrap bootstrap =
        new Bootstrap()
            .group(receiver.thread)
            .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
            .handler(receiver);
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
    receiver.channel = bootstrap.bind(address).syncUninterruptibly().channel();
    return receiver;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  long packets() {
    return packets.sum();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    gate.pass();
    packets.increment();
  }

  @Override
  public void close() {
    thread.shutdownGracefully().awaitUninterruptibly();
  }
}
