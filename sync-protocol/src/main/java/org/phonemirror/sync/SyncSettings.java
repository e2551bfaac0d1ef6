package org.phonemirror.sync;

import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Where and how a phone synchronizes. The mirror server hands it over in a SIP MESSAGE through the
 * phone's already authenticated IMS registration, in the form of {@link #format}.
 *
 * @param server where the batches go, {@code coaps://host:port}
 * @param identity PSK identity (RFC 4279) that names the phone to the server
 * @param key pre-shared key, 16 to 64 bytes
 * @param interval t_syn_int
 * @param repairBudget most bytes of asks and answers per interval, while the network is metered and
 *     the phone does not charge
 * @param scope which paths count as user storage
 * @param files of the services that move files
 */
public record SyncSettings(
    URI server,
    String identity,
    byte[] key,
    Duration interval,
    int repairBudget,
    StorageScope scope,
    FileServices files) {
  /** MIME type of the body that carries the settings. */
  public static final String CONTENT_TYPE = "application/vnd.phonemirror.sync-settings";

  public SyncSettings {
    if (!"coaps".equals(server.getScheme()) || server.getHost() == null || server.getPort() < 1) {
      throw new IllegalArgumentException("server is " + server + ", must be coaps://host:port");
    }
    if (identity.isEmpty() || identity.length() > 128) {
      throw new IllegalArgumentException(
          "identity has " + identity.length() + " characters, must have 1 to 128");
    }
    Check.range("length of the key", key.length, 16, 64);
    long micros = interval.toNanos() / 1000;
    Check.range(
        "interval in microseconds", micros, Limits.MIN_INTERVAL_MICROS, Limits.MAX_INTERVAL_MICROS);
    Check.range("repair budget", repairBudget, Limits.MIN_REPAIR_BUDGET, Limits.MAX_REPAIR_BUDGET);
    key = key.clone();
  }

  /** With the usual repair budget and services, and with all paths. */
  public SyncSettings(URI server, String identity, byte[] key, Duration interval) {
    this(
        server,
        identity,
        key,
        interval,
        Limits.DEFAULT_REPAIR_BUDGET,
        StorageScope.ALL,
        FileServices.USUAL);
  }

  /** The same with these. */
  public SyncSettings withFiles(FileServices given) {
    return new SyncSettings(server, identity, key, interval, repairBudget, scope, given);
  }

  @Override
  public byte[] key() {
    return key.clone();
  }

  /** One {@code name: value} a line; the key in Base64, the interval in ISO 8601 (PT10S). */
  public String format() {
    return "server: "
        + server
        + "\nidentity: "
        + identity
        + "\nkey: "
        + Base64.getEncoder().encodeToString(key)
        + "\ninterval: "
        + interval
        + "\nrepair-budget: "
        + repairBudget
        + "\nstorage-include: "
        + StorageScope.format(scope.include())
        + "\nstorage-exclude: "
        + StorageScope.format(scope.exclude())
        + "\n"
        + files.format();
  }

  /**
   * Reads what {@link #format} wrote; lines with other names are passed over. The repair budget,
   * the storage patterns and what is of services may be missing.
   *
   * @throws IllegalArgumentException if a line is missing or wrong; the text says which, and never
   *     holds the key
   */
  public static SyncSettings parse(String text) {
    Map<String, String> lines = new HashMap<>();
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        lines.put(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
      }
    }
    byte[] key;
    try {
      key = Base64.getDecoder().decode(line(lines, "key"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("key is missing or not Base64");
    }
    try {
      return new SyncSettings(
          URI.create(line(lines, "server")),
          line(lines, "identity"),
          key,
          Duration.parse(line(lines, "interval")),
          Integer.parseInt(lines.getOrDefault("repair-budget", "" + Limits.DEFAULT_REPAIR_BUDGET)),
          StorageScope.parse(
              lines.getOrDefault("storage-include", ""), lines.getOrDefault("storage-exclude", "")),
          FileServices.parse(
              lines.getOrDefault("upload", ""),
              lines.getOrDefault("upload-threshold", ""),
              lines.getOrDefault("files-ca", "")));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "repair-budget is '" + lines.get("repair-budget") + "', must be a number of bytes", e);
    } catch (java.time.format.DateTimeParseException e) {
      throw new IllegalArgumentException(
          "interval is '" + e.getParsedString() + "', must be like PT10S", e);
    }
  }

  private static String line(Map<String, String> lines, String name) {
    String value = lines.get(name);
    if (value == null) {
      throw new IllegalArgumentException("synchronization settings lack the line '" + name + ":'");
    }
    return value;
  }

  /** Without the key: this may end up in a log. */
  @Override
  public String toString() {
    return "SyncSettings[" + server + ", identity " + identity + ", interval " + interval + "]";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SyncSettings that && format().equals(that.format());
  }

  @Override
  public int hashCode() {
    return format().hashCode();
  }
}
