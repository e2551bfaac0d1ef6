package org.phonemirror.core.download.serve;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedNioFile;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a connection's requests one after the other: the next is not read before the last is
 * answered, whatever the client sends ahead.
 */
final class FileHandler extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(FileHandler.class);
  private static final Pattern PATH = Pattern.compile("/files/([0-9a-f]{32})");
  private static final int CHUNK = 64 * 1024;

  private final FileSource source;
  private final Clock clock;
  private final boolean tls;
  private final Executor lookUps;

  FileHandler(FileSource source, Clock clock, boolean tls, Executor lookUps) {
    this.source = source;
    this.clock = clock;
    this.tls = tls;
    this.lookUps = lookUps;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.channel().config().setAutoRead(false);
    context.read();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (message.decoderResult().isFailure()) {
      text(context, Optional.empty(), HttpResponseStatus.BAD_REQUEST, "This is no HTTP request.");
    } else if (message instanceof HttpRequest request) {
      request(context, request);
    } else {
      context.read(); // the end of a request that has no body, and is answered already
    }
  }

  private void request(ChannelHandlerContext context, HttpRequest request) {
    boolean get = request.method().equals(HttpMethod.GET);
    Matcher path = PATH.matcher(request.uri());
    if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
      text(
          context,
          Optional.empty(),
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          "A request must have no body.");
    } else if (!get && !request.method().equals(HttpMethod.HEAD)) {
      text(
          context,
          Optional.of(request),
          HttpResponseStatus.METHOD_NOT_ALLOWED,
          "Files can be fetched only.");
    } else if (!path.matches()) {
      unknown(context, request);
    } else {
      lookUps.execute(() -> lookUp(context, request, path.group(1)));
    }
  }

  private void lookUp(ChannelHandlerContext context, HttpRequest request, String token) {
    try {
      FileSource.Answer answer = source.find(token, clock.instant());
      if (answer instanceof FileSource.Found found) {
        file(context, request, found);
      } else if (answer instanceof FileSource.Ended) {
        ended(context, request);
      } else {
        unknown(context, request);
      }
    } catch (NoSuchFileException e) {
      ended(context, request);
    } catch (IOException | RuntimeException e) {
      LOG.error("a file can't be served", e);
      text(
          context,
          Optional.of(request),
          HttpResponseStatus.INTERNAL_SERVER_ERROR,
          "The mirror server is in trouble; try again later.");
    }
  }

  private static void unknown(ChannelHandlerContext context, HttpRequest request) {
    text(
        context,
        Optional.of(request),
        HttpResponseStatus.NOT_FOUND,
        "There is no such file; order it again.");
  }

  private static void ended(ChannelHandlerContext context, HttpRequest request) {
    text(
        context,
        Optional.of(request),
        HttpResponseStatus.GONE,
        "The file is not kept any more; if you still want it, order it again.");
  }

  private void file(ChannelHandlerContext context, HttpRequest request, FileSource.Found file)
      throws IOException {
    String tag = "\"" + file.digest() + "\"";
    String ifRange = request.headers().get(HttpHeaderNames.IF_RANGE, tag);
    Optional<String> asked =
        Optional.ofNullable(request.headers().get(HttpHeaderNames.RANGE))
            .filter(range -> ifRange.equals(tag));
    ByteRange.Asked part =
        asked
            .map(range -> ByteRange.of(range, file.size()))
            .orElse(new ByteRange.Asked(true, Optional.empty()));
    ByteRange range = part.range().orElse(new ByteRange(0, file.size()));
    HttpResponseStatus status =
        !part.satisfiable()
            ? HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE
            : part.range().isPresent() ? HttpResponseStatus.PARTIAL_CONTENT : HttpResponseStatus.OK;
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    response
        .headers()
        .set(HttpHeaderNames.ETAG, tag)
        .set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES)
        .set(HttpHeaderNames.CACHE_CONTROL, "private, no-transform")
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM)
        .set("X-Content-Type-Options", "nosniff")
        .set(
            HttpHeaderNames.CONTENT_DISPOSITION,
            "attachment; filename*=UTF-8''"
                + URLEncoder.encode(file.name(), StandardCharsets.UTF_8).replace("+", "%20"));
    if (!part.satisfiable()) {
      response.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + file.size());
      send(context, request, response, Optional.empty(), new ByteRange(0, 0));
      return;
    }
    if (part.range().isPresent()) {
      response
          .headers()
          .set(
              HttpHeaderNames.CONTENT_RANGE,
              "bytes "
                  + range.first()
                  + "-"
                  + (range.first() + range.length() - 1)
                  + "/"
                  + file.size());
    }
    FileChannel content = FileChannel.open(file.path(), StandardOpenOption.READ);
    send(context, request, response, Optional.of(content), range);
  }

  private void send(
      ChannelHandlerContext context,
      HttpRequest request,
      HttpResponse response,
      Optional<FileChannel> content,
      ByteRange range)
      throws IOException {
    HttpUtil.setContentLength(response, range.length());
    boolean keep = HttpUtil.isKeepAlive(request);
    HttpUtil.setKeepAlive(response, keep);
    List<Object> parts = new ArrayList<>(List.of(response));
    if (content.isPresent()) {
      if (request.method().equals(HttpMethod.HEAD) || range.length() == 0) {
        content.get().close();
      } else if (tls) {
        parts.add(new ChunkedNioFile(content.get(), range.first(), range.length(), CHUNK));
      } else {
        parts.add(new DefaultFileRegion(content.get(), range.first(), range.length()));
      }
    }
    for (Object part : parts) {
      Future<Void> unused = context.write(part); // the last one's tells of all
    }
    done(context, context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), keep);
  }

  private static void text(
      ChannelHandlerContext context,
      Optional<HttpRequest> request,
      HttpResponseStatus status,
      String line) {
    byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
    boolean head = request.filter(r -> r.method().equals(HttpMethod.HEAD)).isPresent();
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            status,
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    HttpUtil.setContentLength(response, body.length);
    boolean keep = request.filter(HttpUtil::isKeepAlive).isPresent();
    HttpUtil.setKeepAlive(response, keep);
    done(context, context.writeAndFlush(response), keep);
  }

  /** What comes next on the connection, after an answer. */
  private static void done(ChannelHandlerContext context, ChannelFuture sent, boolean keep) {
    Future<Void> unused =
        sent.addListener(
            keep
                ? (ChannelFutureListener) future -> next(context, future)
                : ChannelFutureListener.CLOSE);
  }

  private static void next(ChannelHandlerContext context, ChannelFuture sent) {
    if (sent.isSuccess()) {
      context.read();
    } else {
      Future<Void> unused = context.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      Future<Void> unused = context.close();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("a connection of the file server is lost", cause);
    Future<Void> unused = context.close();
  }
}
