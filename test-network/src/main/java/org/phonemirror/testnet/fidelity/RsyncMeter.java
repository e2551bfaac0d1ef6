package org.phonemirror.testnet.fidelity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.testnet.demo.MirrorServerProcess;
import org.phonemirror.testnet.demo.StorageImage;
import org.phonemirror.testnet.phone.SparseFile;
import org.phonemirror.testnet.program.Command;

/**
 * What rsync takes to do what a repair has done: from the mirror's storage just before it to its
 * storage just after, which is the phone's.
 */
final class RsyncMeter {
  private static final Pattern SENT = Pattern.compile("Total bytes sent: ([0-9,]+)");
  private static final Pattern RECEIVED = Pattern.compile("Total bytes received: ([0-9,]+)");

  private final MirrorServerProcess server;
  private final String subscriber;
  private final Path before;
  private final Path after;
  private long seen;
  private long bytes;

  /** Keeps copies of storage in a directory. */
  RsyncMeter(MirrorServerProcess server, String subscriber, Path directory) {
    this.server = server;
    this.subscriber = subscriber;
    this.before = directory.resolve("before.img");
    this.after = directory.resolve("after.img");
  }

  /** Bytes in both directions, so far. */
  long bytes() {
    return bytes;
  }

  /** Looks at a mirror's status, often enough to see each interval's. */
  void look(JsonNode mirror) throws IOException {
    long intervals = mirror.get("intervals").asLong();
    if (intervals == seen || !mirror.hasNonNull("last")) {
      return;
    }
    seen = intervals;
    boolean identical = mirror.get("last").get("identical").asBoolean();
    if (!identical) {
      copy(before);
    } else if (Files.exists(before)) {
      copy(after);
      bytes += measure();
      Files.delete(before);
      Files.delete(after);
    }
  }

  private void copy(Path to) throws IOException {
    Path partial = to.resolveSibling(to.getFileName() + ".new");
    SparseFile.copy(server.workingImage(subscriber), partial);
    Files.move(partial, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private long measure() throws IOException {
    Path directory = Files.createTempDirectory("rsync-meter-");
    try {
      Path mirrors = directory.resolve("mirror");
      Path phones = directory.resolve("phone");
      StorageImage.copy(before, mirrors);
      StorageImage.copy(after, phones);
      return rsync(phones, mirrors);
    } finally {
      StorageImage.clear(directory);
    }
  }

  private static long rsync(Path from, Path to) throws IOException {
    String stats =
        Command.run(
            List.of(
                "rsync", "-rlc", "--delete", "--no-whole-file", "--stats", from + "/", to + "/"),
            "");
    return number(SENT, stats) + number(RECEIVED, stats);
  }

  private static long number(Pattern pattern, String text) throws IOException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IOException("rsync does not tell '" + pattern + "' but: " + text);
    }
    return Long.parseLong(matcher.group(1).replace(",", ""));
  }
}
