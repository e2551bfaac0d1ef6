package org.phonemirror.testnet.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.testnet.demo.Story;

/** What a benchmark has a {@link TransferPhone} do, and what it answers. */
final class TransferUser {
  private static final long SEED = 20_000;
  private static final long T0_MICROS = 1_767_225_600_000_000L;
  private static final long INTERVAL_MICROS = Duration.ofMinutes(3).toNanos() / 1000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final TransferServers servers;
  private final BufferedReader out;
  private final BufferedWriter in;
  private final StorageDigest digest;
  private long sequence;

  private TransferUser(TransferServers servers, Process phone) {
    this.servers = servers;
    this.out = phone.inputReader(StandardCharsets.UTF_8);
    this.in = phone.outputWriter(StandardCharsets.UTF_8);
    byte[] root = new byte[StorageDigest.ROOT_BYTES];
    new Random(SEED).nextBytes(root);
    this.digest = new StorageDigest(root, 412, 24_400_000, List.of());
  }

  /** What starts a phone with a key. */
  static List<String> program(byte[] key) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx128m",
        "-cp",
        System.getProperty("java.class.path"),
        TransferPhone.class.getName(),
        TransferServers.IDENTITY,
        HexFormat.of().formatHex(key));
  }

  /** Begins: the phone knows its server, and has booted. */
  static TransferUser of(Radio radio, TransferServers servers, Process phone) throws IOException {
    TransferUser user = new TransferUser(servers, phone);
    InetSocketAddress sync = radio.datagrams(servers.sync());
    String uri = "coaps://" + sync.getAddress().getHostAddress() + ":" + sync.getPort();
    user.expect(uri, "ready");
    user.send(new Boot(++user.sequence, 1, T0_MICROS, "reference-phone"), 0);
    return user;
  }

  /** Has it do something to which only one answer is right. */
  void expect(String line, String answer) throws IOException {
    String got = ask(line);
    if (!answer.equals(got)) {
      throw new IOException("the phone answers '" + got + "', not '" + answer + "'");
    }
  }

  /** Has it do something. */
  String ask(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    String got = out.readLine();
    if (got == null) {
      throw new IOException("the phone has ended; it was asked to '" + line.split(" ", 2)[0] + "'");
    }
    return got;
  }

  private void send(SyncMessage message, int notices) throws IOException {
    expect("send " + HexFormat.of().formatHex(SyncCodec.encode(message)), "ACCEPTED " + notices);
  }

  /** Has it send a batch, to which the server answers with so many notices. */
  void batch(List<Order> orders, int notices) throws IOException {
    send(
        new Batch(
                ++sequence,
                1,
                T0_MICROS + sequence * INTERVAL_MICROS,
                INTERVAL_MICROS,
                List.of(),
                0,
                digest)
            .withOrders(orders),
        notices);
  }

  /** What the phone knows of its files before anybody sends them. */
  static String sha256(byte[] content) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }

  /** Has it order that the mirror sends a file, instead of sending it. */
  void relay(Path file, String sha256, List<String> recipients) throws IOException {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "send"));
    fields.add(new Field("path", file.getFileName().toString()));
    fields.add(new Field("size", Long.toString(Files.size(file))));
    fields.add(new Field("sha256", sha256));
    fields.add(new Field("subject", "Our film"));
    recipients.forEach(to -> fields.add(new Field("to", to)));
    batch(List.of(new Order(sequence + 1, "upload", fields)), 0);
  }

  /** Returns when all recipients have the file, and a notice tells of each. */
  void awaitReceipts(int recipients) throws Exception {
    Story.await("receipts", PATIENCE, () -> servers.receipts(recipients) == recipients);
  }

  /** Has it order a file from the cache. */
  void order(String url, String name) throws IOException {
    List<Field> fields =
        List.of(new Field("action", "get"), new Field("url", url), new Field("name", name));
    batch(List.of(new Order(sequence + 1, "download", fields)), 0);
  }

  /** Returns when a notice waits that the file is in the cache; tells where it is for the phone. */
  String awaitCached() throws Exception {
    Story.await("notice of the cache", PATIENCE, () -> servers.waitingNotices() > 0);
    Notice notice = servers.waiting().get(0);
    return notice
        .first("from")
        .orElseThrow(() -> new IOException("the file is not cached: " + notice));
  }
}
