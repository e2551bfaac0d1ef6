package org.phonemirror.core.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.phonemirror.core.machine.Checkpoint;

/**
 * A checkpoint's directory: user storage, and when the session goes on the memory and devices that
 * belong to it. The manifest is written last; it has a checksum of each file and of itself, so that
 * a checkpoint which was torn or damaged later is known for what it is.
 *
 * @param directory its place
 * @param number of the mirror's save, rising
 * @param checkpoint what it is
 * @param template identity of the template that the memory is a difference to
 * @param checksums of its files, by their names
 */
public record SavedCheckpoint(
    Path directory,
    long number,
    Checkpoint checkpoint,
    String template,
    TreeMap<String, String> checksums) {
  static final String MANIFEST = "manifest.properties";
  static final String STORAGE = "storage";
  static final String PAGES = "pages";
  static final String DEVICE_STATE = "device-state";
  private static final String VERSION = "2";
  private static final String CHECKSUM = "crc32c.";
  private static final int BUFFER = 64 * 1024;

  /** Its directory's name, which sorts by number. */
  static String directoryName(long number, long position) {
    return String.format("%010d-%d", number, position);
  }

  /** The number in a directory's name. */
  static long number(Path directory) throws IOException {
    String name = directory.getFileName().toString();
    try {
      return Long.parseLong(name.substring(0, Math.max(0, name.indexOf('-'))));
    } catch (NumberFormatException e) {
      throw new IOException(directory + " is not a checkpoint: its name has no number", e);
    }
  }

  /**
   * Reads a checkpoint's description.
   *
   * @throws IOException if it is damaged; whether the files are, {@link #check} tells
   */
  static SavedCheckpoint load(Path directory) throws IOException {
    Path file = directory.resolve(MANIFEST);
    PropertyFile manifest = PropertyFile.read(file);
    if (!manifest.text("version").equals(VERSION)) {
      throw new IOException(file + " is of another version of checkpoints");
    }
    if (!manifest.text(CHECKSUM + MANIFEST).equals(checksum(manifest.values()))) {
      throw new IOException(file + " is damaged: its checksum is not its own");
    }
    boolean on = Boolean.parseBoolean(manifest.text("powered.on"));
    TreeMap<String, String> checksums = new TreeMap<>();
    for (String name : manifest.values().stringPropertyNames()) {
      if (name.startsWith(CHECKSUM) && !name.equals(CHECKSUM + MANIFEST)) {
        checksums.put(name.substring(CHECKSUM.length()), manifest.text(name));
      }
    }
    return new SavedCheckpoint(
        directory,
        number(directory),
        new Checkpoint(
            manifest.text("mirror"), manifest.text("model"), manifest.number("position"), on),
        manifest.text("template"),
        checksums);
  }

  private static List<String> files(boolean poweredOn) {
    return poweredOn ? List.of(STORAGE, PAGES, DEVICE_STATE) : List.of(STORAGE);
  }

  /** Writes the manifest of the files in a directory. */
  static void describe(Path directory, Checkpoint checkpoint, String template) throws IOException {
    describe(directory, checkpoint, template, files(checkpoint.poweredOn()), new Properties());
  }

  /**
   * Writes the manifest of the files in a directory.
   *
   * @param files their names
   * @param more what a driver has to say besides
   */
  public static void describe(
      Path directory, Checkpoint checkpoint, String template, List<String> files, Properties more)
      throws IOException {
    Properties values = new Properties();
    values.putAll(more);
    values.setProperty("version", VERSION);
    values.setProperty("mirror", checkpoint.mirror());
    values.setProperty("model", checkpoint.phoneModel());
    values.setProperty("position", "" + checkpoint.position());
    values.setProperty("powered.on", "" + checkpoint.poweredOn());
    values.setProperty("template", template);
    for (String name : files) {
      values.setProperty(CHECKSUM + name, checksum(directory.resolve(name)));
    }
    values.setProperty(CHECKSUM + MANIFEST, checksum(values));
    PropertyFile.write(directory.resolve(MANIFEST), values);
  }

  /**
   * Compares the files with their checksums.
   *
   * @throws IOException naming the file that is missing or damaged
   */
  public void check() throws IOException {
    for (var entry : checksums.entrySet()) {
      Path file = directory.resolve(entry.getKey());
      if (!checksum(file).equals(entry.getValue())) {
        throw new IOException(file + " is damaged: its checksum is not the manifest's");
      }
    }
  }

  /** Its manifest. */
  public PropertyFile manifest() throws IOException {
    return PropertyFile.read(directory.resolve(MANIFEST));
  }

  /** Whether a machine can go on from it with this template: storage alone needs none. */
  boolean fits(Template current) {
    // a checkpoint of another driver has other files
    return checksums.containsKey(STORAGE)
        && (!checkpoint.poweredOn() || template.equals(current.id()));
  }

  /**
   * Makes a machine's working copy of the user storage, and of the session if there is one.
   *
   * @return the session's memory and devices, empty if the phone is switched off
   */
  Optional<Guest.SavedState> unpack(Path working) throws IOException {
    StoredImage.read(directory.resolve(STORAGE), working.resolve(Guest.DATA));
    if (!checkpoint.poweredOn()) {
      return Optional.empty();
    }
    Path devices = working.resolve(DEVICE_STATE);
    Packing.unpack(directory.resolve(DEVICE_STATE), devices);
    return Optional.of(new Guest.SavedState(directory.resolve(PAGES), devices));
  }

  private static String checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    return Long.toHexString(crc.getValue());
  }

  /** Of all values but this checksum itself. */
  private static String checksum(Properties values) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(values)
        .forEach(
            (name, value) -> {
              if (!name.equals(CHECKSUM + MANIFEST)) {
                text.append(name).append('=').append(value).append('\n');
              }
            });
    CRC32C crc = new CRC32C();
    crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }
}
