package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.phonemirror.sync.StorageScope;

/**
 * A phone model's images, as its build leaves them in a directory with {@code model.properties}.
 *
 * @param name of the model
 * @param directory where the images are
 * @param memoryMb a mirror's memory, in MiB
 * @param commandLine a mirror's kernel command line
 * @param inputDevices names of the input devices, by their numbers
 * @param scope which paths count as user storage
 * @param software version of the software on the system image; empty if its build doesn't tell
 */
record PhoneModel(
    String name,
    Path directory,
    int memoryMb,
    String commandLine,
    List<String> inputDevices,
    StorageScope scope,
    String software) {
  /** Patterns of what counts as user storage, with colons between them; all, if it is not there. */
  static final String INCLUDE = "storage.include";

  /** Patterns of what does not count even so. */
  static final String EXCLUDE = "storage.exclude";

  /** Version of the software on the system image, as phones tell it too. */
  static final String SOFTWARE = "software";

  static final String PROPERTIES = "model.properties";
  static final String KERNEL = "kernel";
  static final String INITRD = "initrd";
  static final String SYSTEM = "system.img";
  static final String DATA = "data.img";

  PhoneModel {
    inputDevices = List.copyOf(inputDevices);
  }

  /**
   * Reads a model and checks that its files are those that its build made.
   *
   * @throws IOException naming the file at fault
   */
  static PhoneModel load(Path directory) throws IOException {
    Path file = directory.resolve(PROPERTIES);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "there are no phone model's images in "
              + directory
              + ": no "
              + PROPERTIES
              + "; build them by mirror-core/guest/build.sh");
    }
    PropertyFile properties = PropertyFile.read(file);
    for (String image : List.of(KERNEL, INITRD, SYSTEM, DATA)) {
      properties.checkFile(directory.resolve(image));
    }
    List<String> inputs = new ArrayList<>();
    Properties all = properties.values();
    for (int i = 0; all.containsKey("input." + i); i++) {
      inputs.add(all.getProperty("input." + i));
    }
    return new PhoneModel(
        properties.text("model"),
        directory,
        Math.toIntExact(properties.number("memory.mirror.mb")),
        properties.text("kernel.cmdline.mirror"),
        inputs,
        scope(all),
        software(properties));
  }

  /** What a model's or a template's properties say of its software. */
  static String software(PropertyFile properties) {
    return properties.values().getProperty(SOFTWARE, "");
  }

  /** What a model's or a template's properties say of user storage. */
  static StorageScope scope(Properties values) throws IOException {
    try {
      return StorageScope.parse(values.getProperty(INCLUDE, ""), values.getProperty(EXCLUDE, ""));
    } catch (IllegalArgumentException e) {
      throw new IOException(INCLUDE + " or " + EXCLUDE + ": " + e.getMessage(), e);
    }
  }
}
