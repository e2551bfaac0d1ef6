package org.phonemirror.core.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.CRC32C;
import org.phonemirror.core.machine.Checkpoint;

/**
 * A checkpoint's directory: user storage, and when the session goes on the memory and devices that
 * belong to it. The manifest is written last.
 *
 * @param directory its place
 * @param number of the mirror's save, rising
 * @param checkpoint what it is
 * @param template identity of the template that the memory is a difference to
 */
public record SavedCheckpoint(Path directory, long number, Checkpoint checkpoint, String template) {
  static final String MANIFEST = "manifest.properties";
  static final String PAGES = "pages";
  static final String DEVICE_STATE = "device-state";

  /** Its directory's name, which sorts by number. */
  static String directoryName(long number, long position) {
    return String.format("%010d-%d", number, position);
  }

  static SavedCheckpoint load(Path directory) throws IOException {
    PropertyFile manifest = PropertyFile.read(directory.resolve(MANIFEST));
    String name = directory.getFileName().toString();
    try {
      return new SavedCheckpoint(
          directory,
          Long.parseLong(name.substring(0, Math.max(0, name.indexOf('-')))),
          new Checkpoint(
              manifest.text("mirror"),
              manifest.text("model"),
              manifest.number("position"),
              Boolean.parseBoolean(manifest.text("powered.on"))),
          manifest.text("template"));
    } catch (NumberFormatException e) {
      throw new IOException(directory + " is not a checkpoint: its name has no number", e);
    }
  }

  /** Writes the manifest of the files in a directory. */
  static void describe(Path directory, Checkpoint checkpoint, String template) throws IOException {
    List<String> files = checkpoint.poweredOn() ? List.of(PAGES, DEVICE_STATE) : List.of();
    describe(directory, checkpoint, template, files, new Properties());
  }

  /**
   * Writes the manifest of the files in a directory.
   *
   * @param files names of those that {@link #check} is to know
   * @param more what a driver has to say besides
   */
  public static void describe(
      Path directory, Checkpoint checkpoint, String template, List<String> files, Properties more)
      throws IOException {
    Properties values = new Properties();
    values.putAll(more);
    values.setProperty("mirror", checkpoint.mirror());
    values.setProperty("model", checkpoint.phoneModel());
    values.setProperty("position", "" + checkpoint.position());
    values.setProperty("powered.on", "" + checkpoint.poweredOn());
    values.setProperty("template", template);
    for (String file : files) {
      values.setProperty("crc32c." + file, crc32c(directory.resolve(file)));
    }
    PropertyFile.write(directory.resolve(MANIFEST), values);
  }

  /** User storage. */
  Path data() {
    return directory.resolve(Guest.DATA);
  }

  /**
   * The session's memory and devices, empty if the phone is switched off.
   *
   * @throws IOException if a file is damaged
   */
  Optional<Guest.SavedState> session() throws IOException {
    if (!checkpoint.poweredOn()) {
      return Optional.empty();
    }
    check(PAGES);
    check(DEVICE_STATE);
    return Optional.of(
        new Guest.SavedState(directory.resolve(PAGES), directory.resolve(DEVICE_STATE)));
  }

  /**
   * Checks a file.
   *
   * @throws IOException if it is not what it was when it was described
   */
  public void check(String name) throws IOException {
    Path file = directory.resolve(name);
    if (!crc32c(file).equals(manifest().text("crc32c." + name))) {
      throw new IOException(file + " is damaged: its checksum is not the manifest's");
    }
  }

  /** Its manifest. */
  public PropertyFile manifest() throws IOException {
    return PropertyFile.read(directory.resolve(MANIFEST));
  }

  private static String crc32c(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    return Long.toHexString(crc.getValue());
  }
}
