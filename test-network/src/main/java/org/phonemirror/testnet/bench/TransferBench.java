package org.phonemirror.testnet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

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

  /** Of a request or an answer, where they are not counted. */
  private static final int HTTP_HEADS = 200;

  private static final long SETTLE_MILLIS = 500;

  private final Radio radio;
  private final TransferServers servers;
  private final TransferUser user;

  /** Something whose bytes are counted. */
  private interface Work {
    void run() throws Exception;
  }

  private TransferBench(Radio radio, TransferServers servers, TransferUser user) {
    this.radio = radio;
    this.servers = servers;
    this.user = user;
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
    try (Radio radio = root ? new VethRadio() : new ComputedRadio()) {
      Process phone = radio.start(TransferUser.program(key));
      try (TransferServers servers = new TransferServers(radio.servers(), directory, key)) {
        byte[] content = new byte[FILE_BYTES];
        new Random(SEED).nextBytes(content);
        Files.write(servers.file(), content);
        TransferUser user = TransferUser.of(radio, servers, phone);
        return new TransferBench(radio, servers, user).run(content);
      } finally {
        phone.destroyForcibly().waitFor();
      }
    }
  }

  private Map<String, Object> run(byte[] content) throws Exception {
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
    long idle = count(() -> user.batch(List.of(), 0));
    long fetched = count(() -> fetch(servers.near("/film.mp4")));
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
      user.expect("put " + servers.near("/" + i) + " " + servers.file(), "status 201");
      radio.carried(FILE_BYTES + HTTP_HEADS, HTTP_HEADS);
    }
  }

  /** The batch with the order, and the next one, whose acknowledgement has the receipts. */
  private void order(int recipients, byte[] content) throws Exception {
    List<String> to = new ArrayList<>();
    for (int i = 0; i < recipients; i++) {
      to.add(servers.far("/in/" + i));
    }
    int before = servers.puts();
    user.relay(servers.file(), TransferUser.sha256(content), to);
    user.awaitReceipts(recipients);
    if (servers.puts() != before + recipients) {
      throw new IOException(servers.puts() - before + " files came, not " + recipients);
    }
    user.batch(List.of(), servers.waitingNotices());
  }

  private void fetch(String url) throws IOException {
    user.expect("get " + url, "bytes " + FILE_BYTES);
    radio.carried(HTTP_HEADS, FILE_BYTES + HTTP_HEADS);
  }

  private void fetchFromCache() throws Exception {
    user.order(servers.far("/film.mp4"), "film.mp4");
    String from = user.awaitCached();
    user.batch(List.of(), servers.waitingNotices());
    fetch(from);
  }
}
