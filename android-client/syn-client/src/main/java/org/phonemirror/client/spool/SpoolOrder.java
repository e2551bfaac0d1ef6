package org.phonemirror.client.spool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.phonemirror.client.services.ClientServices;

/**
 * What a command of the phone has left (mirror-core/guest/orders): words that each end in a zero
 * byte, the first of which tells what is to be done. Paths are absolute, and may hold any bytes.
 */
final class SpoolOrder {
  /** Twice what the commands write. */
  static final int MAX_BYTES = 16 * 1024;

  private final long id;
  private final List<byte[]> words = new ArrayList<>();

  /**
   * An order.
   *
   * @param id that it is given by, so that it is given once even if its file is read again
   */
  SpoolOrder(long id, byte[] content) throws IOException {
    this.id = id;
    if (content.length == 0 || content[content.length - 1] != 0) {
      throw new IOException("an order is cut short");
    }
    int start = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == 0) {
        words.add(Arrays.copyOfRange(content, start, i));
        start = i + 1;
      }
    }
  }

  /** Has it done; the future is done when it is durable. */
  CompletableFuture<?> giveTo(ClientServices services) throws IOException {
    String what = text(0);
    return switch (what) {
      case "get" -> services.get(id, text(1), text(2));
      case "send" -> services.send(id, path(1), text(2), "", texts(3));
      case "scan" -> services.scan(id, paths(2), text(1).equals("quarantine"));
      case "cancel" -> services.cancel(text(1));
      case "fetch" -> services.fetch(text(1));
      default -> throw new IOException("there is no order '" + what + "'");
    };
  }

  private List<Path> paths(int first) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (int i = first; i < words.size(); i++) {
      paths.add(path(i));
    }
    return paths;
  }

  private byte[] word(int number) throws IOException {
    if (number >= words.size()) {
      throw new IOException("order '" + text(0) + "' lacks word " + number);
    }
    return words.get(number);
  }

  private String text(int number) throws IOException {
    return new String(word(number), StandardCharsets.UTF_8);
  }

  private List<String> texts(int first) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int i = first; i < words.size(); i++) {
      texts.add(text(i));
    }
    return texts;
  }

  /** Through a URI, as a path made of text can't have bytes that are not UTF-8. */
  private Path path(int number) throws IOException {
    byte[] word = word(number);
    if (word.length == 0 || word[0] != '/') {
      throw new IOException("'" + text(number) + "' is not an absolute path");
    }
    ByteArrayOutputStream escaped = new ByteArrayOutputStream();
    escaped.write("file://".getBytes(StandardCharsets.US_ASCII));
    for (byte b : word) {
      if (b == '/') {
        escaped.write(b);
      } else {
        escaped.write(String.format("%%%02X", b).getBytes(StandardCharsets.US_ASCII));
      }
    }
    try {
      return Paths.get(URI.create(new String(escaped.toByteArray(), StandardCharsets.US_ASCII)));
    } catch (IllegalArgumentException e) {
      throw new IOException("'" + text(number) + "' is not a path: " + e.getMessage(), e);
    }
  }
}
