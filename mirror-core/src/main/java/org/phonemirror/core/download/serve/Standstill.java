package org.phonemirror.core.download.serve;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Tells when nothing was received or sent for a time. Sent bytes count, so that a slow phone is not
 * an idle one: Netty looks at them, but not when the time after a message is over for the first
 * time, and a file is one message. So half of the time has to go by twice.
 */
final class Standstill extends IdleStateHandler {
  Standstill(Duration time) {
    super(true, 0, 0, time.toMillis() / 2, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) throws Exception {
    if (!event.isFirst()) {
      super.channelIdle(context, event);
    }
  }
}
