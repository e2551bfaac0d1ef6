package org.phonemirror.testnet.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.phonemirror.testnet.program.Daemon;
import org.phonemirror.testnet.program.Program;

/**
 * ClamAV's clamd, with one signature: that of EICAR's test file. Those of the ClamAV project are
 * not for redistribution with a test network.
 */
public final class VirusScanner implements AutoCloseable {
  /** EICAR's test file, in two parts: scanners would find this class. */
  private static final String EICAR =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*";

  private static final Duration START = Duration.ofSeconds(60);

  private final String host;
  private final int port;
  private final Path directory;
  private Daemon daemon;

  private VirusScanner(String host, int port, Path directory) {
    this.host = host;
    this.port = port;
    this.directory = directory;
  }

  /**
   * Starts a clamd.
   *
   * @param directory that is made, for its configuration, signatures and temporary files
   */
  public static VirusScanner start(String host, int port, Path directory) throws IOException {
    VirusScanner scanner = new VirusScanner(host, port, directory);
    Files.createDirectories(directory.resolve("signatures"));
    Files.createDirectories(directory.resolve("tmp"));
    Files.writeString(
        directory.resolve("signatures/test.hdb"),
        md5(eicar()) + ":" + eicar().length + ":Eicar-Test\n");
    Files.writeString(
        directory.resolve("clamd.conf"),
        """
        Foreground yes
        TCPAddr %s
        TCPSocket %d
        DatabaseDirectory %s
        TemporaryDirectory %s
        AlertExceedsMax yes
        StreamMaxLength 100M
        MaxFileSize 100M
        MaxScanSize 400M
        """
            .formatted(host, port, directory.resolve("signatures"), directory.resolve("tmp")));
    scanner.restart();
    return scanner;
  }

  /** Starts it again: what it remembered of contents is gone. */
  public void restart() throws IOException {
    close();
    Path program =
        Program.find("clamd")
            .orElseThrow(
                () -> new IOException("clamd is not installed: install the package clamav-daemon"));
    daemon =
        Daemon.start(
                "clamd",
                List.of(),
                List.of(program.toString(), "-c", directory.resolve("clamd.conf").toString()),
                directory)
            .whenListening(Daemon.Protocol.TCP, port, START);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  /** What every virus scanner finds, and harms nobody. */
  public static byte[] eicar() {
    return EICAR.getBytes(StandardCharsets.US_ASCII);
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  @Override
  public void close() {
    if (daemon != null) {
      daemon.close();
    }
  }
}
