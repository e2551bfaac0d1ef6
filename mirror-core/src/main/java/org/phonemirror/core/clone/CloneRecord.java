package org.phonemirror.core.clone;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.StorageDigest;

/**
 * How far a subscriber's copy has come, as it is on disk.
 *
 * @param subscriber whose
 * @param model the phone's model
 * @param nonce that the proofs in the manifest are made with
 * @param phase how far
 * @param bootId of the boot with which the phone's stream may begin, once it is copied
 * @param digest of the phone's user storage, once it is copied
 */
record CloneRecord(
    Impu subscriber, String model, byte[] nonce, Phase phase, long bootId, StorageDigest digest) {
  private static final String FILE = "record";
  private static final StorageDigest NO_DIGEST =
      new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, List.of());

  /** How far a copy has come. */
  enum Phase {
    /** Something has arrived, perhaps. */
    COPYING,
    /** The phone was in its factory state, so that there is nothing to be copied. */
    FACTORY,
    /** All of it has arrived and was compared with the phone's digest. */
    COPIED,
    /** It is in the mirror's first checkpoint. */
    WRITTEN
  }

  static CloneRecord begun(Impu subscriber, String model) {
    byte[] nonce = new byte[CloneReply.NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return new CloneRecord(subscriber, model, nonce, Phase.COPYING, 0, NO_DIGEST);
  }

  CloneRecord with(Phase reached) {
    return new CloneRecord(subscriber, model, nonce, reached, bootId, digest);
  }

  CloneRecord with(Phase reached, long boot, StorageDigest of) {
    return new CloneRecord(subscriber, model, nonce, reached, boot, of);
  }

  boolean isCopied() {
    return phase == Phase.COPIED || phase == Phase.WRITTEN;
  }

  void save(Path directory) throws IOException {
    Properties values = new Properties();
    values.setProperty("subscriber", subscriber.uri());
    values.setProperty("model", model);
    values.setProperty("nonce", HexFormat.of().formatHex(nonce));
    values.setProperty("phase", phase.name());
    values.setProperty("boot", "" + bootId);
    values.setProperty("digest.root", HexFormat.of().formatHex(digest.root()));
    values.setProperty("digest.files", "" + digest.files());
    values.setProperty("digest.bytes", "" + digest.bytes());
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values)
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    Durable.write(directory.resolve(FILE), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(FILE));
  }

  static CloneRecord load(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    Properties values = new Properties();
    try {
      values.load(new StringReader(Files.readString(file)));
      return new CloneRecord(
          new Impu(values.getProperty("subscriber", "")),
          values.getProperty("model", ""),
          HexFormat.of().parseHex(values.getProperty("nonce", "")),
          Phase.valueOf(values.getProperty("phase", "")),
          Long.parseLong(values.getProperty("boot", "")),
          new StorageDigest(
              HexFormat.of().parseHex(values.getProperty("digest.root", "")),
              Long.parseLong(values.getProperty("digest.files", "")),
              Long.parseLong(values.getProperty("digest.bytes", "")),
              List.of()));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is damaged ("
              + e.getMessage()
              + "): delete its directory, and the phone is"
              + " copied anew",
          e);
    }
  }
}
