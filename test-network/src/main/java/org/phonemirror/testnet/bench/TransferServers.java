package org.phonemirror.testnet.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.core.upload.UploadService;
import org.phonemirror.core.upload.UploadSettings;
import org.phonemirror.core.upload.WebSettings;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;

/**
 * The mirror server of {@link TransferBench}: the real synchronization server and upload relay,
 * with a directory for the mirror's storage, and a web server that takes and gives files.
 */
final class TransferServers implements AutoCloseable {
  static final Impu PHONE = new Impu("sip:+15550001@ims.test");
  static final String IDENTITY = "p1";

  /** Where the web is that is not behind the radio. */
  private static final String INTERNET = "127.64.4.2";

  private final Path storage;
  private final LinkedBlockingQueue<Notice> notices = new LinkedBlockingQueue<>(1_000);
  private final AtomicInteger puts = new AtomicInteger();
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private final ExecutorService web = Executors.newFixedThreadPool(4);
  private final HttpServer near;
  private final HttpServer far;
  private final UploadService uploads;
  private final SyncServer sync;

  TransferServers(String address, Path directory, byte[] key) throws IOException {
    this.storage = Files.createDirectories(directory.resolve("mirror"));
    this.near = serve(address);
    this.far = serve(INTERNET);
    this.uploads =
        UploadService.open(
            directory.resolve("uploads"),
            new UploadSettings(
                UploadSettings.Limits.usual(),
                UploadSettings.Times.usual(),
                4,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new WebSettings(any -> true, Duration.ofMinutes(1)))),
            (subscriber, notice) -> {
              notices.add(notice);
              return CompletableFuture.completedFuture(null);
            },
            Clock.systemUTC());
    KeyRing keys = new KeyRing();
    keys.put(IDENTITY, PHONE, key);
    this.sync =
        SyncServer.start(
            SyncServerConfig.at(new InetSocketAddress(address, 0)),
            keys,
            (subscriber, message, encoded) -> accept(message),
            Clock.systemUTC());
  }

  private HttpServer serve(String address) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    server.createContext("/", this::exchange);
    server.setExecutor(web);
    server.start();
    return server;
  }

  private void exchange(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestMethod().equals("PUT")) {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        exchange.sendResponseHeaders(201, -1);
        puts.incrementAndGet();
      } else {
        Path file = file();
        exchange.sendResponseHeaders(200, Files.size(file));
        Files.copy(file, exchange.getResponseBody());
      }
    }
  }

  /** The interval is replayed and settled at once: there is no machine. */
  private CompletionStage<Acknowledgement> accept(SyncMessage message) {
    List<Notice> told = new ArrayList<>();
    notices.drainTo(told, Limits.MAX_NOTICES);
    if (message instanceof Batch batch && !batch.orders().isEmpty()) {
      worker.execute(() -> settle(batch));
    }
    return CompletableFuture.completedFuture(
        Acknowledgement.accepted(message.sequence() + 1, told));
  }

  private void settle(Batch batch) {
    List<Order> orders =
        batch.orders().stream().filter(o -> o.service().equals(uploads.name())).toList();
    try {
      StorageScanner scanner = new StorageScanner(storage);
      scanner.scan(List.of());
      uploads.settled(
          new DirectoryMirror(PHONE, storage),
          new ReplayedInterval(
              batch.sequence(), batch.startMicros(), batch.startMicros() + 1, orders),
          new SettledStorage(scanner.tree(), true));
    } catch (IOException | MachineException e) {
      throw new IllegalStateException("the interval is not settled", e);
    }
  }

  /** The file that is on the phone, on its mirror and on the web. */
  Path file() {
    return storage.resolve("film.mp4");
  }

  InetSocketAddress sync() {
    return sync.address();
  }

  /** The web server that the phone reaches by radio. */
  String near(String path) {
    return url(near, path);
  }

  /** The web server that the mirror server reaches. */
  String far(String path) {
    return url(far, path);
  }

  private static String url(HttpServer server, String path) {
    InetSocketAddress at = server.getAddress();
    return "http://" + at.getAddress().getHostAddress() + ":" + at.getPort() + path;
  }

  int puts() {
    return puts.get();
  }

  int waitingNotices() {
    return notices.size();
  }

  /** Of how many recipients of the one order the waiting notices tell; one without any, of all. */
  int receipts(int recipients) {
    return notices.stream()
        .mapToInt(notice -> notice.all("to").isEmpty() ? recipients : notice.all("to").size())
        .sum();
  }

  /** What a service tells the phone. */
  void tell(Notice notice) {
    notices.add(notice);
  }

  @Override
  public void close() {
    sync.close();
    worker.shutdownNow();
    uploads.close();
    near.stop(0);
    far.stop(0);
    web.shutdownNow();
  }
}
