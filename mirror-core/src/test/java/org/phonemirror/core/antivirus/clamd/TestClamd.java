package org.phonemirror.core.antivirus.clamd;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * A clamd of the test's own, with a few signatures. They are in a {@code daily.cud}, the unsigned
 * form of ClamAV's database, as its version is what VERSION tells.
 */
public final class TestClamd implements AutoCloseable {
  /** The test file of the European Institute for Computer Antivirus Research. */
  public static final byte[] EICAR =
      ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*")
          .getBytes(StandardCharsets.US_ASCII);

  public static final String EICAR_SIGNATURE = "Eicar-Test.UNOFFICIAL";

  private static final Path PROGRAM = Path.of("/usr/sbin/clamd");
  private static final int TAR_BLOCK = 512;
  private static final long SECONDS = 60;

  private final Path directory;
  private Process process;

  private TestClamd(Path directory) {
    this.directory = directory;
  }

  /** Skips the test where there is no clamd. */
  public static void assumeInstalled() {
    assumeTrue(
        Files.isExecutable(PROGRAM), "clamd is not installed: install the package clamav-daemon");
  }

  /** Starts with all that is usual and these lines of {@code clamd.conf}. */
  public static TestClamd start(Path directory, String... configuration) throws Exception {
    TestClamd clamd = new TestClamd(directory);
    Files.createDirectories(directory.resolve("db"));
    Files.createDirectories(directory.resolve("tmp"));
    clamd.setSignatures(1, List.of());
    Files.writeString(
        directory.resolve("clamd.conf"),
        "Foreground yes\nDatabaseDirectory "
            + directory.resolve("db")
            + "\nTemporaryDirectory "
            + directory.resolve("tmp")
            + "\nLocalSocket "
            + directory.resolve("socket")
            + "\n"
            + String.join("\n", configuration)
            + "\n");
    clamd.start();
    return clamd;
  }

  /** Starts again after {@link #kill}. */
  public void start() throws Exception {
    process =
        new ProcessBuilder(
                "setpriv",
                "--pdeathsig", // whatever becomes of this JVM
                "KILL",
                PROGRAM.toString(),
                "-c",
                directory.resolve("clamd.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    ClamdClient client = new ClamdClient(address(), ClamdLimits.DEFAULT);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      try {
        client.ping();
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > end) {
          process.destroyForcibly();
          throw new IOException(
              "clamd does not start: " + Files.readString(directory.resolve("log")), e);
        }
        Thread.sleep(50); // it has no way to say that it listens
      }
    }
  }

  public SocketAddress address() {
    return UnixDomainSocketAddress.of(directory.resolve("socket"));
  }

  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Has clamd load the signatures anew; it goes on with the old ones until that is done. */
  public void reload() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address());
      channel.write(ByteBuffer.wrap("zRELOAD\0".getBytes(StandardCharsets.US_ASCII)));
      channel.read(ByteBuffer.allocate(100));
    }
  }

  /**
   * Writes the signatures: EICAR, and more.
   *
   * @param infected further contents, found as {@code Test-0} and so on
   */
  public void setSignatures(int version, List<byte[]> infected) throws IOException {
    StringBuilder signatures = new StringBuilder(signature(EICAR, "Eicar-Test"));
    for (int i = 0; i < infected.size(); i++) {
      signatures.append(signature(infected.get(i), "Test-" + i));
    }
    byte[] hashes = signatures.toString().getBytes(StandardCharsets.US_ASCII);
    String head = "ClamAV-VDB:22 Nov 2026 10-00 +0000:" + version + ":1:90:X:X:test:1795341600";
    String info = head + "\ndaily.hdb:" + hashes.length + ":" + hash("SHA-256", hashes) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(String.format("%-512s", head).getBytes(StandardCharsets.US_ASCII));
    try (GZIPOutputStream tar = new GZIPOutputStream(out)) {
      entry(tar, "daily.info", info.getBytes(StandardCharsets.US_ASCII));
      entry(tar, "daily.hdb", hashes);
      tar.write(new byte[2 * TAR_BLOCK]);
    }
    Path aside = directory.resolve("daily.cud");
    Files.write(aside, out.toByteArray());
    Files.move(aside, directory.resolve("db/daily.cud"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String signature(byte[] content, String name) {
    return hash("MD5", content) + ":" + content.length + ":" + name + "\n";
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** POSIX.1-1988 tar (ustar). */
  private static void entry(GZIPOutputStream tar, String name, byte[] content) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(TAR_BLOCK);
    text(header, 0, name);
    text(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
    text(header, 124, String.format("%011o\0%011o\0", content.length, 0));
    text(header, 148, "        0"); // the checksum counts as spaces; a file
    text(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte b : header.array()) {
      sum += b & 0xff;
    }
    text(header, 148, String.format("%06o\0 ", sum));
    tar.write(header.array());
    tar.write(content);
    tar.write(new byte[(TAR_BLOCK - content.length % TAR_BLOCK) % TAR_BLOCK]);
  }

  private static void text(ByteBuffer block, int at, String text) {
    block.put(at, text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
