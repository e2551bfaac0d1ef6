package org.phonemirror.app.provision;

import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.sync.SyncSettings;

/**
 * What makes a phone one of the operator's: where and how it synchronizes, and what it is.
 *
 * <p>It comes as a link, {@code phonemirror://HOST:PORT/?identity=...&key=...&interval=PT30S}, as
 * it is, as the content of a QR code or within a message; or as the lines of the operator's message
 * ({@link SyncSettings#format}). The link's parameters are the names of those lines,
 * percent-encoded (RFC 3986 §2.1) in UTF-8; the key may be in either alphabet of Base64 (RFC 4648
 * §4, §5). Both may tell the phone's {@code model}, which else is {@link #REFERENCE}, and its
 * {@code input-devices}, separated by colons, in the order of their numbers in the model.
 *
 * @param settings where and how to synchronize
 * @param model the phone's model, which names the mirror's factory template
 * @param inputDevices names of the kernel's input devices; empty for those of the reference phone
 */
public record Invitation(SyncSettings settings, String model, List<String> inputDevices) {
  /** The model of whoever is told none. */
  public static final String REFERENCE = "reference";

  /** Longest text that is looked at, in characters: a certificate has some 5,000. */
  private static final int MAX_TEXT = 64 * 1024;

  private static final String MODEL = "model";
  private static final String DEVICES = "input-devices";
  private static final Pattern LINK =
      Pattern.compile("phonemirror://\\S+", Pattern.CASE_INSENSITIVE);
  private static final Pattern LINES = Pattern.compile("(?m)^server:");

  public Invitation {
    inputDevices = List.copyOf(inputDevices);
  }

  /**
   * Reads an invitation.
   *
   * @throws IllegalArgumentException if it is none; the text says what is wrong with it and what to
   *     do, and never holds the key
   */
  public static Invitation parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("This is too long for an invitation.");
    }
    Matcher link = LINK.matcher(text);
    if (link.find()) {
      return ofLines(linesOf(link.group()));
    }
    if (LINES.matcher(text).find()) {
      return ofLines(text);
    }
    throw new IllegalArgumentException(
        "This is no invitation. One begins with phonemirror://, or has a line that begins with"
            + " server: (ask your operator for one).");
  }

  private static Invitation ofLines(String lines) {
    Map<String, String> named = new HashMap<>();
    for (String line : lines.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        named.put(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
      }
    }
    SyncSettings settings;
    try {
      settings = SyncSettings.parse(lines);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "This invitation can't be used: " + e.getMessage() + ". Ask your operator for another.",
          e);
    }
    List<String> devices = new ArrayList<>();
    for (String device : named.getOrDefault(DEVICES, "").split(":", -1)) {
      if (!device.trim().isEmpty()) {
        devices.add(device.trim());
      }
    }
    return new Invitation(settings, named.getOrDefault(MODEL, REFERENCE), devices);
  }

  /** The lines that a link stands for. */
  private static String linesOf(String link) {
    URI uri;
    try {
      uri = new URI(link);
    } catch (URISyntaxException e) {
      // not the exception's text, which holds the link
      throw new IllegalArgumentException(
          "This link is damaged at character " + (e.getIndex() + 1) + ". Copy it once more.");
    }
    if (uri.getHost() == null || uri.getPort() < 1) {
      throw new IllegalArgumentException(
          "This link names no server: it must begin like phonemirror://mirror.example.com:5684/."
              + " Ask your operator for another.");
    }
    StringBuilder lines = new StringBuilder();
    lines.append("server: coaps://").append(uri.getHost()).append(':').append(uri.getPort());
    String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        String name = parameter.substring(0, equals);
        String value = decoded(parameter.substring(equals + 1));
        if (name.equals("key") || name.equals("files-ca")) {
          value = value.replace('-', '+').replace('_', '/');
        }
        lines.append('\n').append(name).append(": ").append(value);
      }
    }
    return lines.append('\n').toString();
  }

  private static String decoded(String value) {
    String text;
    try {
      text = URLDecoder.decode(value.replace("+", "%2B"), "UTF-8");
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("every Java platform has UTF-8", e);
    }
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          "This link holds a line break, and is not the operator's.");
    }
    return text;
  }

  /** As {@link #parse} reads it; holds the key. */
  public String format() {
    return settings.format()
        + MODEL
        + ": "
        + model
        + "\n"
        + DEVICES
        + ": "
        + String.join(":", inputDevices)
        + "\n";
  }

  /** Without the key: this may end up in a log. */
  @Override
  public String toString() {
    return "Invitation[" + settings + ", model " + model + "]";
  }
}
