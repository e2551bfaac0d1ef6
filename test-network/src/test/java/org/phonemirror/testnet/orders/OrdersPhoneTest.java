package org.phonemirror.testnet.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.phone.Typist;

/**
 * A user orders a file at the command line, and fetches it when the server has it; with the phone
 * model in {@code -Dmirror.images=DIR}/reference and {@code -Dmirror.client}.
 */
@EnabledIfSystemProperty(named = "mirror.images", matches = ".+")
@EnabledIfSystemProperty(named = "mirror.client", matches = ".+")
class OrdersPhoneTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int SHELL = 5;

  /** 10.0.2.2 to the phone. */
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();

  @TempDir Path directory;
  private final byte[] content = new byte[3_000_000];
  private final List<Batch> batches = new ArrayList<>();
  private int filesPort;
  private long expected = 1;

  private synchronized CompletionStage<Acknowledgement> accept(
      Impu subscriber, SyncMessage message, byte[] encoded) {
    List<Notice> notices = new ArrayList<>();
    if (message.sequence() == expected) {
      expected++;
      if (message instanceof Batch batch) {
        batches.add(batch);
        batch.orders().stream()
            .filter(order -> order.first("action").filter("get"::equals).isPresent())
            .forEach(order -> notices.add(cached(order)));
        notifyAll();
      }
    }
    return CompletableFuture.completedStage(Acknowledgement.accepted(expected, notices));
  }

  private Notice cached(Order order) {
    return new Notice(
        "file-cached",
        List.of(
            new Field("order", "" + order.id()),
            new Field("url", order.first("url").orElseThrow()),
            new Field("name", "big.bin"),
            new Field("size", "" + content.length),
            new Field("sha256", sha256()),
            new Field("expires", Instant.now().plusSeconds(3600).toString()),
            new Field("from", "http://10.0.2.2:" + filesPort + "/token"),
            new Field("text", "big.bin is there")));
  }

  private String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The batch that has an order of this action. */
  private synchronized Batch awaitOrder(String action) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (; ; ) {
      for (Batch batch : batches) {
        if (batch.orders().stream().anyMatch(o -> o.first("action").orElse("").equals(action))) {
          return batch;
        }
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertThat(millis).as("an order to %s in time", action).isPositive();
      wait(millis);
    }
  }

  @Test
  void whatIsOrderedAtTheCommandLineComesIntoUserStorage() throws Exception {
    new Random(3).nextBytes(content);
    HttpServer files = HttpServer.create(new InetSocketAddress(HOST, 0), 0);
    filesPort = files.getAddress().getPort();
    files.createContext(
        "/token",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
          }
        });
    files.start();
    KeyRing keys = new KeyRing();
    keys.put("p1", new Impu("sip:alice@ims.test"), new byte[16]);
    PhoneImages images =
        PhoneImages.load(
            Path.of(System.getProperty("mirror.images"), "reference"),
            Path.of(System.getProperty("mirror.client")));
    try (SyncServer server =
            SyncServer.start(
                SyncServerConfig.at(new InetSocketAddress(HOST, 0)),
                keys,
                this::accept,
                Clock.systemUTC());
        PhoneGuest phone =
            new PhoneGuest(images, directory.resolve("phone"), PhoneNetwork.nat(), line -> {})) {
      SyncSettings settings =
          new SyncSettings(
              URI.create("coaps://10.0.2.2:" + server.address().getPort()),
              "p1",
              new byte[16],
              Duration.ofSeconds(4),
              Limits.DEFAULT_REPAIR_BUDGET,
              new StorageScope(List.of(), List.of(".syn-client")),
              FileServices.USUAL);
      phone.powerOn();
      phone.awaitHome(Duration.ofMinutes(3));
      phone.sendFromModem(
          "SETTINGS "
              + Base64.getEncoder()
                  .encodeToString(settings.format().getBytes(StandardCharsets.UTF_8)));
      Typist user = phone.typist();
      for (int i = 0; i < SHELL; i++) {
        user.key("down");
      }
      user.key("ret");
      phone.awaitText("bash-", PATIENCE);
      user.type("ls -A /data/.syn-client >/data/own; mirror-get http://a.test/big.bin\n");
      phone.awaitText("ordered; mirror-notices", PATIENCE);
      Order get = awaitOrder("get").orders().get(0);
      assertThat(get.service()).isEqualTo("download");
      assertThat(get.first("url")).contains("http://a.test/big.bin");
      awaitNotice(phone, "notice file-cached: big.bin is there");

      user.type("clear; mirror-fetch\n");
      Batch batch = awaitOrder("fetched");
      Order fetched = batch.orders().get(0);
      assertThat(fetched.first("of")).contains("" + get.id());
      assertThat(fetched.first("path")).contains("Downloads/big.bin");
      awaitNotice(phone, "notice file-fetched");
      user.type("clear; mirror-notices\n");
      phone.awaitText("file-fetched: ", PATIENCE);
      user.type("exit\n");
      phone.awaitText("Choose a program", PATIENCE);
      phone.pressPowerKey();
      phone.awaitOff(PATIENCE);
      Path copy = directory.resolve("copy");
      Process process =
          new ProcessBuilder(
                  "debugfs", "-R", "dump /Downloads/big.bin " + copy, phone.dataImage().toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("debugfs").toFile())
              .start();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(Files.readAllBytes(copy)).isEqualTo(content);
    } finally {
      files.stop(0);
    }
  }

  private static void awaitNotice(PhoneGuest phone, String text) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.readString(phone.serialLog(), StandardCharsets.ISO_8859_1).contains(text)) {
      assertThat(System.nanoTime()).as(text).isLessThan(deadline);
      Thread.sleep(200);
    }
  }
}
