package org.phonemirror.testnet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.testnet.demo.Story;

/**
 * What a 20 MB file costs on the phone's radio, on the IP layer and in both directions, with the
 * mirror and without: sent to 1, 5 and 20 web servers, and fetched once.
 *
 * <p>Without the mirror the phone uploads once for each recipient. (A mail to several recipients of
 * one submission server would be one upload, of four thirds of the file.) With it, the order rides
 * on one batch and the receipts on the acknowledgement of the next; both are counted whole, though
 * they would be sent without an order too. A download is the same bytes with the mirror, and those
 * of order and notice: the gain is when they come, and that they come from near.
 */
public final class TransferBench {
  private static final int FILE_BYTES = 20_000_000;
  private static final int[] RECIPIENTS = {1, 5, 20};
  private static final long SEED = 20_000;
  private static final long T0_MICROS = 1_767_225_600_000_000L;
  private static final long INTERVAL_MICROS = Duration.ofMinutes(3).toNanos() / 1000;

  /** Of a request or an answer, where they are not counted. */
  private static final int HTTP_HEADS = 200;

  private static final long SETTLE_MILLIS = 500;

  private final Radio radio;
  private final TransferServers servers;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final StorageDigest digest;
  private long sequence;

  /** Something whose bytes are counted. */
  private interface Work {
    void run() throws Exception;
  }

  private TransferBench(Radio radio, TransferServers servers, Process phone) {
    this.radio = radio;
    this.servers = servers;
    this.out = phone.inputReader(StandardCharsets.UTF_8);
    this.in = phone.outputWriter(StandardCharsets.UTF_8);
    byte[] root = new byte[StorageDigest.ROOT_BYTES];
    new Random(SEED).nextBytes(root);
    this.digest = new StorageDigest(root, 412, 24_400_000, List.of());
  }

  /**
   * {@code TransferBench [FILE]}: prints the figures and writes them as JSON, {@code
   * target/bench/transfer.json} unless told otherwise.
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "target/bench/transfer.json").toAbsolutePath();
    Files.createDirectories(file.getParent());
    Path directory = Files.createTempDirectory(file.getParent(), "transfer");
    try {
      Map<String, Object> figures = measure(directory);
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(file.toFile(), figures);
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }

  private static Map<String, Object> measure(Path directory) throws Exception {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    byte[] key = new byte[16];
    new Random(SEED).nextBytes(key);
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            TransferPhone.class.getName(),
            TransferServers.IDENTITY,
            HexFormat.of().formatHex(key));
    try (Radio radio = root ? new VethRadio() : new ComputedRadio()) {
      Process phone = radio.start(java);
      try (TransferServers servers = new TransferServers(radio.servers(), directory, key)) {
        byte[] content = new byte[FILE_BYTES];
        new Random(SEED).nextBytes(content);
        Files.write(servers.file(), content);
        return new TransferBench(radio, servers, phone).run(content);
      } finally {
        phone.destroyForcibly().waitFor();
      }
    }
  }

  private Map<String, Object> run(byte[] content) throws Exception {
    InetSocketAddress sync = radio.datagrams(servers.sync());
    expect("coaps://" + sync.getAddress().getHostAddress() + ":" + sync.getPort(), "ready");
    send(new Boot(++sequence, 1, T0_MICROS, "reference-phone"), 0);
    System.out.printf(Locale.ROOT, "20 MB, bytes on the IP layer, %s%n", radio.description());

    List<Long> direct = new ArrayList<>();
    List<Long> mirror = new ArrayList<>();
    List<Double> ratio = new ArrayList<>();
    for (int recipients : RECIPIENTS) {
      long without = count(() -> upload(recipients));
      long with = count(() -> order(recipients, content));
      direct.add(without);
      mirror.add(with);
      ratio.add((double) without / with);
      System.out.printf(
          Locale.ROOT,
          "  to %2d recipients: %,12d without the mirror, %,7d with it, ratio %,.0f%n",
          recipients,
          without,
          with,
          (double) without / with);
    }
    long idle = count(() -> send(batch(List.of()), 0));
    long fetched = count(() -> fetch("/file"));
    long cached = count(this::fetchFromCache);
    System.out.printf(
        Locale.ROOT,
        "  download: %,d without the mirror, %,d with it: as many, but when it suits and from near%n"
            + "  a batch without an order, of a quiet interval: %,d%n",
        fetched,
        cached,
        idle);

    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("file_bytes", FILE_BYTES);
    figures.put("recipients", RECIPIENTS);
    figures.put("direct_bytes", direct);
    figures.put("mirror_bytes", mirror);
    figures.put("ratio", ratio);
    figures.put("idle_batch_bytes", idle);
    figures.put("download_direct_bytes", fetched);
    figures.put("download_mirror_bytes", cached);
    figures.put("download_ratio", (double) fetched / cached);
    figures.put("counted", radio.description());
    return figures;
  }

  private long count(Work work) throws Exception {
    long before = radio.bytes();
    work.run();
    Thread.sleep(SETTLE_MILLIS); // the last segments of connections that end
    return radio.bytes() - before;
  }

  private void upload(int recipients) throws IOException {
    for (int i = 0; i < recipients; i++) {
      expect("put " + servers.near("/" + i) + " " + servers.file(), "status 201");
      radio.carried(FILE_BYTES + HTTP_HEADS, HTTP_HEADS);
    }
  }

  /** The batch with the order, and the next one, whose acknowledgement has the receipts. */
  private void order(int recipients, byte[] content) throws Exception {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "send"));
    fields.add(new Field("path", servers.file().getFileName().toString()));
    fields.add(new Field("size", Integer.toString(content.length)));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
    fields.add(new Field("sha256", HexFormat.of().formatHex(digest)));
    fields.add(new Field("subject", "Our film"));
    for (int i = 0; i < recipients; i++) {
      fields.add(new Field("to", servers.far("/in/" + i)));
    }
    int before = servers.puts();
    send(batch(List.of(new Order(sequence + 1, "upload", fields))), 0);
    Story.await(
        "receipts", Duration.ofMinutes(5), () -> servers.receipts(recipients) == recipients);
    if (servers.puts() != before + recipients) {
      throw new IOException(servers.puts() - before + " files came, not " + recipients);
    }
    send(batch(List.of()), servers.waitingNotices());
  }

  private void fetch(String path) throws IOException {
    expect("get " + servers.near(path), "bytes " + FILE_BYTES);
    radio.carried(HTTP_HEADS, FILE_BYTES + HTTP_HEADS);
  }

  /** Order and notice are as the download cache has them. */
  private void fetchFromCache() throws IOException {
    long id = sequence + 1;
    List<Field> order =
        List.of(
            new Field("action", "get"),
            new Field("url", "https://films.example/summer/film.mp4"),
            new Field("name", "film.mp4"));
    send(batch(List.of(new Order(id, "download", order))), 0);
    String path = "/cache/0123456789abcdef0123456789abcdef";
    servers.tell(
        new Notice(
            "file-cached",
            List.of(
                new Field(Notice.ORDER, Long.toString(id)),
                new Field("url", "https://films.example/summer/film.mp4"),
                new Field("name", "film.mp4"),
                new Field("size", Integer.toString(FILE_BYTES)),
                new Field("sha256", "0".repeat(64)),
                new Field("expires", "2026-11-29T12:00:00Z"),
                new Field("from", servers.near(path)),
                new Field(Notice.TEXT, "film.mp4 is there: fetch it until 29 November"))));
    send(batch(List.of()), 1);
    fetch(path);
  }

  private Batch batch(List<Order> orders) {
    return new Batch(
            ++sequence,
            1,
            T0_MICROS + sequence * INTERVAL_MICROS,
            INTERVAL_MICROS,
            List.of(),
            0,
            digest)
        .withOrders(orders);
  }

  private void send(SyncMessage message, int notices) throws IOException {
    expect("send " + HexFormat.of().formatHex(SyncCodec.encode(message)), "ACCEPTED " + notices);
  }

  private void expect(String line, String answer) throws IOException {
    in.write(line + "\n");
    in.flush();
    String got = out.readLine();
    if (!answer.equals(got)) {
      throw new IOException("the phone answers '" + got + "', not '" + answer + "'");
    }
  }
}
