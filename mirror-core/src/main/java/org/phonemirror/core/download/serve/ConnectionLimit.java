package org.phonemirror.core.download.serve;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** Hangs up on connections beyond the limits before anything is made for them. */
@Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
  private final int most;
  private final int mostPerAddress;
  private final Map<InetAddress, Integer> open = new HashMap<>();
  private int total;

  ConnectionLimit(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    InetAddress from = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    if (!enter(from)) {
      Future<Void> unused = context.close();
      return;
    }
    Future<Void> unusedListener = channel.closeFuture().addListener(closed -> leave(from));
    context.fireChannelActive();
  }

  private synchronized boolean enter(InetAddress from) {
    int already = open.getOrDefault(from, 0);
    if (total >= most || already >= mostPerAddress) {
      return false;
    }
    total++;
    open.put(from, already + 1);
    return true;
  }

  private synchronized void leave(InetAddress from) {
    total--;
    open.computeIfPresent(from, (address, count) -> count == 1 ? null : count - 1);
  }
}
