package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.testnet.aka.AkaKey;

/**
 * Subscribers in a plain text file. A subscriber begins with its private identity; what is indented
 * below belongs to it. Empty lines and those that begin with # are passed over. {@code mirror} is
 * the filter criterion that the mirror server needs, {@code ifc} one in a file of its own.
 *
 * <pre>
 * 15550001@ims.test
 *   password secret1
 *   impu sip:+15550001@ims.test
 *   msisdn 15550001
 *   imsi 001010000000001
 *   card 465b5ce8b199b49faa5f0a2ee238a6bc cd63cb71954a9f4e48a5994e37a02baf
 *   mirror sip:127.7.0.5:5080
 *   ifc criterion.xml
 *   profile reference-1 PT10S
 * </pre>
 */
public final class SubscriberFile {
  /** A subscriber and its mirror profile, if it has one. */
  public record Entry(Subscriber subscriber, Optional<MirrorProfile> profile) {}

  private SubscriberFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if a line is wrong; the text names file and line
   */
  public static List<Entry> read(Path file) throws IOException {
    return parse(file.toString(), Files.readAllLines(file));
  }

  static List<Entry> parse(String name, List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    Block block = new Block(Path.of(name), "");
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      try {
        if (Character.isWhitespace(line.charAt(0))) {
          block.take(line.strip().split("\\s+"));
        } else {
          block.end().ifPresent(entries::add);
          block = new Block(Path.of(name), line.strip());
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ", line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    try {
      block.end().ifPresent(entries::add);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ", at its end: " + e.getMessage(), e);
    }
    return entries;
  }

  private static final class Block {
    private final Path file;
    private final String impi;
    private final List<Impu> impus = new ArrayList<>();
    private final List<FilterCriterion> criteria = new ArrayList<>();
    private final List<String> msisdns = new ArrayList<>();
    private String password = "";
    private Optional<String> imsi = Optional.empty();
    private Optional<AkaKey> card = Optional.empty();
    private Optional<MirrorProfile> profile = Optional.empty();

    Block(Path file, String impi) {
      this.file = file;
      this.impi = impi;
    }

    void take(String[] words) {
      if (impi.isEmpty()) {
        throw new IllegalArgumentException("'" + words[0] + "' stands before any subscriber");
      }
      switch (words[0]) {
        case "password" -> password = arguments(words, 1)[1];
        case "impu" -> impus.add(new Impu(arguments(words, 1)[1]));
        case "msisdn" -> msisdns.add(arguments(words, 1)[1]);
        case "imsi" -> imsi = Optional.of(arguments(words, 1)[1]);
        case "card" -> card = Optional.of(new AkaKey(arguments(words, 2)[1], words[2]));
        case "mirror" -> criteria.add(FilterCriterion.mirror(arguments(words, 1)[1]));
        case "ifc" -> criteria.add(criterion(arguments(words, 1)[1]));
        case "profile" ->
            profile = Optional.of(new MirrorProfile(arguments(words, 2)[1], interval(words[2])));
        default ->
            throw new IllegalArgumentException(
                "'"
                    + words[0]
                    + "' must be password, impu, msisdn, imsi, card, mirror, ifc or profile");
      }
    }

    Optional<Entry> end() {
      return impi.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Entry(
                  new Subscriber(impi, password, impus, criteria, msisdns, imsi, card), profile));
    }

    /** Relative names are taken from where the subscribers' file is. */
    private FilterCriterion criterion(String name) {
      Path path = file.resolveSibling(name);
      try {
        return CriterionDocument.parse(Files.readString(path));
      } catch (IOException e) {
        throw new IllegalArgumentException(path + " can't be read: " + e, e);
      }
    }

    private static String[] arguments(String[] words, int count) {
      if (words.length != count + 1) {
        throw new IllegalArgumentException(
            "'" + words[0] + "' takes " + count + " words, has " + (words.length - 1));
      }
      return words;
    }

    private static Duration interval(String text) {
      try {
        return Duration.parse(text);
      } catch (java.time.format.DateTimeParseException e) {
        throw new IllegalArgumentException("interval is '" + text + "', must be like PT10S", e);
      }
    }
  }
}
