package org.phonemirror.core.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import java.util.TreeMap;

/** A properties file that describes other files, with their checksums. Errors name the file. */
public final class PropertyFile {
  private static final long MAX_BYTES = 64 * 1024;
  private static final String SHA256 = "sha256.";

  private final Path file;
  private final Properties values;

  private PropertyFile(Path file, Properties values) {
    this.file = file;
    this.values = values;
  }

  /** Reads one of at most 64 KiB. */
  public static PropertyFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is damaged: it has " + Files.size(file) + " bytes");
    }
    Properties values = new Properties();
    try (Reader reader = new StringReader(Files.readString(file))) {
      values.load(reader);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
    return new PropertyFile(file, values);
  }

  /** Writes values in the order of their names, without a date. */
  public static void write(Path file, Properties values) throws IOException {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                text.append(name).append('=').append(escape(value.toString())).append('\n'));
    Files.writeString(file, text);
  }

  private static String escape(String value) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        escaped.append("\\\\");
      } else if (c < ' ' || (c == ' ' && i == 0)) {
        escaped.append(String.format("\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** All that it has. */
  public Properties values() {
    return values;
  }

  /** A value that must be there. */
  public String text(String name) throws IOException {
    String value = values.getProperty(name);
    if (value == null) {
      throw new IOException(file + " is damaged: it has no '" + name + "'");
    }
    return value;
  }

  /** A value that must be there and a number. */
  public long number(String name) throws IOException {
    String value = text(name);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IOException(
          file + " is damaged: '" + name + "' is '" + value + "', not a number", e);
    }
  }

  /** Names a file in these values with its present content's checksum. */
  public static void addFile(Properties values, Path file) throws IOException {
    values.setProperty(SHA256 + file.getFileName(), sha256(file));
  }

  /** Throws an exception that names the file if it is missing or not what it was. */
  public void checkFile(Path other) throws IOException {
    String expected = text(SHA256 + other.getFileName());
    if (!Files.isRegularFile(other)) {
      throw new IOException(other + " is missing");
    }
    String found = sha256(other);
    if (!found.equals(expected)) {
      throw new IOException(
          other + " is damaged: its SHA-256 is " + found + ", must be " + expected);
    }
  }

  /** A file's SHA-256, in hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[256 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
