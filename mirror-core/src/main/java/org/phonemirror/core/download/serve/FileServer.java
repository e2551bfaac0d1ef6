package org.phonemirror.core.download.serve;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;

/**
 * Serves cached files to whoever has a token, {@code GET /files/<token>} (RFC 9110), and takes the
 * messages of phones that are copied.
 */
public final class FileServer implements AutoCloseable {
  private static final int IO_THREADS = 2;
  private static final int LOOK_UP_THREADS = 4;
  private static final int MAX_REQUEST_LINE = 1024;
  private static final int MAX_HEAD = 8 * 1024;
  private static final int CHUNK = 8 * 1024;
  private static final long CLOSE_SECONDS = 5;

  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(
          IO_THREADS, new DefaultThreadFactory("file-server", true), NioIoHandler.newFactory());

  /** Look-ups wait for the disk, which connections must not; each has one at a time. */
  private final ExecutorService lookUps =
      Executors.newFixedThreadPool(LOOK_UP_THREADS, new DefaultThreadFactory("file-look-up", true));

  private Optional<Channel> listening = Optional.empty();

  private FileServer() {}

  /**
   * Starts to listen.
   *
   * @throws IOException naming the address or the key store that can't be used
   */
  public static FileServer start(FileServerSettings settings, FileSource source, Clock clock)
      throws IOException {
    return start(settings, source, PostSink.NONE, clock);
  }

  /**
   * Starts to listen.
   *
   * @param posts takes what phones post
   * @throws IOException naming the address or the key store that can't be used
   */
  public static FileServer start(
      FileServerSettings settings, FileSource source, PostSink posts, Clock clock)
      throws IOException {
    FileServer server = new FileServer();
    try {
      server.listen(settings, source, posts, clock);
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private void listen(FileServerSettings settings, FileSource source, PostSink posts, Clock clock)
      throws IOException {
    Optional<SslContext> tls =
        settings.keyStore().isPresent()
            ? Optional.of(tls(settings.keyStore().get()))
            : Optional.empty();
    ConnectionLimit limit =
        new ConnectionLimit(settings.maxConnections(), settings.maxConnectionsPerAddress());
    long idleMillis = settings.idleTime().toMillis();
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE)
            .setMaxHeaderSize(MAX_HEAD)
            .setMaxChunkSize(CHUNK);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    ChannelPipeline pipeline = channel.pipeline();
                    pipeline.addLast(limit);
                    tls.ifPresent(context -> pipeline.addLast(context.newHandler(channel.alloc())));
                    pipeline.addLast(
                        // sent bytes count, so that a slow phone is not an idle one
                        new IdleStateHandler(true, 0, 0, idleMillis, TimeUnit.MILLISECONDS),
                        new HttpServerCodec(limits),
                        new ChunkedWriteHandler(),
                        new FlowControlHandler(),
                        new PostHandler(posts, lookUps));
                    pipeline.addLast(new FileHandler(source, clock, tls.isPresent(), lookUps));
                  }
                })
            .bind(settings.address())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "can't serve files at " + settings.address() + ": " + bound.cause().getMessage(),
          bound.cause());
    }
    listening = Optional.of(bound.channel());
  }

  private static SslContext tls(FileServerSettings.KeyStoreFile keyStore) throws IOException {
    try {
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keyStore.load(), keyStore.password().toCharArray());
      return SslContextBuilder.forServer(managers).protocols("TLSv1.3", "TLSv1.2").build();
    } catch (GeneralSecurityException | IOException e) {
      throw keyStore.unusable(e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.orElseThrow().localAddress();
  }

  /** Hangs up; safe to call again. */
  @Override
  public void close() {
    Future<?> io = threads.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    io.awaitUninterruptibly();
    lookUps.shutdownNow();
  }
}
