package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.phonemirror.sync.StorageScope;

/**
 * A phone model's factory template: the moment after its system has booted and before user storage
 * is mounted, so that it serves every boot of every mirror of the model. Memory ({@link #RAM}) and
 * device state fit each other, the system image, and one version of QEMU only.
 *
 * @param directory holds all of it, and nothing else changes there
 * @param id identifies this very template, for states that depend on it
 * @param model name of the phone model
 * @param qemuVersion as QEMU tells it
 * @param memoryMb in MiB
 * @param inputDevices how many there are
 * @param scope which paths count as user storage
 * @param software version of the software on the system image; empty if the images don't tell
 * @param systemPages the system image's, by content
 * @param stamp what tells without reading them that the files are still those that were checked
 */
record Template(
    Path directory,
    String id,
    String model,
    String qemuVersion,
    int memoryMb,
    int inputDevices,
    StorageScope scope,
    String software,
    SystemPages systemPages,
    List<Object> stamp) {
  static final String PROPERTIES = "template.properties";
  static final String RAM = "ram";
  static final String DEVICE_STATE = "device-state";
  static final List<String> FILES = List.of(RAM, DEVICE_STATE, PhoneModel.SYSTEM, PhoneModel.DATA);
  private static final String REMEDY = "; build the template again: ./mirror template";

  /** Reads a template's description, and checks that its files are there and unchanged. */
  static Template load(Path asked) throws IOException {
    // of a link, what it stands for now
    Path directory = Files.isDirectory(asked) ? asked.toRealPath() : asked;
    Path file = directory.resolve(PROPERTIES);
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing" + REMEDY);
    }
    try {
      PropertyFile properties = PropertyFile.read(file);
      if (!properties.text("hardware").equals(Hardware.VERSION)) {
        throw new IOException(file + " is of another version of the virtual hardware");
      }
      for (String name : FILES) {
        properties.checkFile(directory.resolve(name));
      }
      return new Template(
          directory,
          id(directory),
          properties.text("model"),
          properties.text("qemu.version"),
          Math.toIntExact(properties.number("memory.mb")),
          Math.toIntExact(properties.number("input.devices")),
          PhoneModel.scope(properties.values()),
          PhoneModel.software(properties),
          new SystemPages(directory.resolve(PhoneModel.SYSTEM)),
          stamp(directory));
    } catch (IOException e) {
      throw new IOException(e.getMessage() + REMEDY, e);
    }
  }

  /** Identifies the very template in a directory. */
  static String id(Path directory) throws IOException {
    return PropertyFile.sha256(directory.resolve(PROPERTIES)).substring(0, 16);
  }

  /** Describes a directory that holds the files; the last step of making it. */
  static void describe(Path directory, PhoneModel model, String qemuVersion) throws IOException {
    Properties values = new Properties();
    values.setProperty("model", model.name());
    values.setProperty("hardware", Hardware.VERSION);
    values.setProperty("qemu.version", qemuVersion);
    values.setProperty("memory.mb", "" + model.memoryMb());
    values.setProperty("input.devices", "" + model.inputDevices().size());
    values.setProperty(PhoneModel.INCLUDE, StorageScope.format(model.scope().include()));
    values.setProperty(PhoneModel.EXCLUDE, StorageScope.format(model.scope().exclude()));
    values.setProperty(PhoneModel.SOFTWARE, model.software());
    values.setProperty(
        "model.sha256", PropertyFile.sha256(model.directory().resolve(PhoneModel.PROPERTIES)));
    for (String name : FILES) {
      PropertyFile.addFile(values, directory.resolve(name));
    }
    PropertyFile.write(directory.resolve(PROPERTIES), values);
  }

  Path ram() {
    return directory.resolve(RAM);
  }

  Path deviceState() {
    return directory.resolve(DEVICE_STATE);
  }

  Hardware.Image system() throws IOException {
    Path file = directory.resolve(PhoneModel.SYSTEM);
    return new Hardware.Image(file, Files.size(file));
  }

  /** User storage as it leaves the factory. */
  Path data() {
    return directory.resolve(PhoneModel.DATA);
  }

  /**
   * Checks, without reading them, that the files are those that were there when it was loaded.
   *
   * @throws IOException if not: no machine of it can go on
   */
  void checkUnchanged() throws IOException {
    if (!isUnchanged()) {
      throw new IOException(
          "the template "
              + directory
              + " was changed while its machines run; put back what was there, or switch to the"
              + " new one: ./mirror rebuild");
    }
  }

  /** Whether it is what a directory, or a link, stands for now. */
  boolean isIn(Path asked) throws IOException {
    try {
      return directory.equals(asked.toRealPath()) && isUnchanged();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private boolean isUnchanged() throws IOException {
    try {
      return stamp.equals(stamp(directory));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static List<Object> stamp(Path directory) throws IOException {
    List<Object> stamp = new ArrayList<>();
    stamp.add(
        Files.readAttributes(directory.resolve(PROPERTIES), "unix:ino,size,lastModifiedTime"));
    for (String name : FILES) {
      stamp.add(Files.readAttributes(directory.resolve(name), "unix:ino,size,lastModifiedTime"));
    }
    return stamp;
  }
}
