package org.phonemirror.core.download.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.MalformedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes posts, and lets all other requests pass on to the files. A connection holds one message at
 * a time; whoever sends ahead waits.
 */
final class PostHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(PostHandler.class);
  private static final Pattern PATH = Pattern.compile("/" + PostSink.PATH + "([0-9a-f]{32})");

  private static final String OCTETS = HttpHeaderValues.APPLICATION_OCTET_STREAM.toString();

  private final PostSink sink;
  private final Executor workers;
  private String token = "";
  private boolean keep;
  private ByteArrayOutputStream body = new ByteArrayOutputStream();

  PostHandler(PostSink sink, Executor workers) {
    this.sink = sink;
    this.workers = workers;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
      Matcher path = PATH.matcher(request.uri());
      token = request.method().equals(HttpMethod.POST) && path.matches() ? path.group(1) : "";
      keep = HttpUtil.isKeepAlive(request);
    }
    if (token.isEmpty()) {
      context.fireChannelRead(message);
      return;
    }
    try {
      if (message instanceof HttpContent content) {
        content(context, content);
      } else {
        context.read();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void content(ChannelHandlerContext context, HttpContent content) {
    ByteBuf bytes = content.content();
    if (body.size() + bytes.readableBytes() > Limits.MAX_MESSAGE_BYTES
        || content.decoderResult().isFailure()) {
      keep = false;
      text(context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "The message is too long.");
      return;
    }
    byte[] part = new byte[bytes.readableBytes()];
    bytes.readBytes(part);
    body.writeBytes(part);
    if (content instanceof LastHttpContent) {
      byte[] whole = body.toByteArray();
      String to = token;
      workers.execute(() -> post(context, to, whole));
      body = new ByteArrayOutputStream();
      token = "";
    } else {
      context.read();
    }
  }

  private void post(ChannelHandlerContext context, String to, byte[] whole) {
    try {
      var reply = sink.post(to, whole);
      if (reply.isPresent()) {
        answer(context, HttpResponseStatus.OK, OCTETS, reply.get());
      } else {
        text(context, HttpResponseStatus.NOT_FOUND, "There is no such address any more.");
      }
    } catch (MalformedMessageException e) {
      text(context, HttpResponseStatus.BAD_REQUEST, e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.error("a post can't be taken", e);
      text(
          context,
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          "The mirror server is in trouble; try again later.");
    }
  }

  private void text(ChannelHandlerContext context, HttpResponseStatus status, String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    answer(context, status, "text/plain; charset=utf-8", bytes);
  }

  private void answer(
      ChannelHandlerContext context, HttpResponseStatus status, String type, byte[] bytes) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    HttpUtil.setContentLength(response, bytes.length);
    boolean stays = keep;
    HttpUtil.setKeepAlive(response, stays);
    Future<Void> unused =
        context
            .writeAndFlush(response)
            .addListener((ChannelFutureListener) sent -> next(context, sent, stays));
  }

  private static void next(ChannelHandlerContext context, ChannelFuture sent, boolean stays) {
    if (sent.isSuccess() && stays) {
      context.read();
    } else {
      Future<Void> unused = context.close();
    }
  }
}
