package org.phonemirror.core.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.phonemirror.core.input.Axis;
import org.phonemirror.core.qemu.ModelValues;
import org.phonemirror.core.qemu.PropertyFile;
import org.phonemirror.sync.StorageScope;

/**
 * A phone model that runs in the Android Emulator, as its operator describes it in {@code
 * template.properties} (docs/android-emulator.md has all names and their defaults).
 *
 * @param name of the model
 * @param id changes with anything that a saved mirror depends on
 * @param directory where its files are
 * @param sdk the Android SDK that has its emulator, its system image and adb
 * @param wrapper command that becomes the emulator, and keeps its network from the world
 * @param arguments what the emulator is told besides what is ours
 * @param display if the phone has a touch screen
 * @param boot how long a boot may take
 * @param powerOff how long Android may take to switch itself off
 * @param storage where user storage is
 */
record EmulatorModel(
    String name,
    String id,
    Path directory,
    Path sdk,
    List<String> wrapper,
    List<String> arguments,
    Optional<InputPlan.Display> display,
    Duration boot,
    Duration powerOff,
    Storage storage) {
  static final String DRIVER = "android-emulator";
  static final String PROPERTIES = "template.properties";

  private static final String AVD = "avd";
  private static final String FACTORY = "storage.tar";
  private static final String SUMS = "avd.sha256";
  private static final String TOUCH = "touchscreen";
  private static final String ARGUMENTS =
      "-no-window -no-audio -no-boot-anim -no-snapshot -gpu swiftshader_indirect";
  private static final long MAX_SUMS_BYTES = 1 << 20;
  private static final long MEGABYTE = 1L << 20;
  private static final int SHA256_DIGITS = 64;

  EmulatorModel {
    wrapper = List.copyOf(wrapper);
    arguments = List.copyOf(arguments);
  }

  /**
   * Where user storage is in Android.
   *
   * @param path of its directory, without symbolic links
   * @param shell what runs a script that may read and write it, as {@code su 0 sh -c}; empty if
   *     adb's own shell may
   * @param maxBytes most that is read of it
   * @param scope which paths below count
   */
  record Storage(String path, String shell, long maxBytes, StorageScope scope) {}

  /** The AVD as it leaves the factory. */
  Path avd() {
    return directory.resolve(AVD);
  }

  /** User storage as it leaves the factory, as Android's tar has it. */
  Path factoryStorage() {
    return directory.resolve(FACTORY);
  }

  Path adb() {
    return sdk.resolve("platform-tools/adb");
  }

  Path emulator() {
    return sdk.resolve("emulator/emulator");
  }

  /**
   * Reads a model, and checks that its files are those that are described.
   *
   * @throws IOException naming the file and the property at fault
   */
  static EmulatorModel load(Path directory) throws IOException {
    Path file = directory.resolve(PROPERTIES);
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing; docs/android-emulator.md tells what it must have");
    }
    PropertyFile properties = PropertyFile.read(file);
    properties.checkFile(directory.resolve(FACTORY));
    properties.checkFile(directory.resolve(SUMS));
    checkAvd(directory);
    try {
      EmulatorModel model = read(directory.toRealPath(), properties);
      for (Path program : List.of(model.emulator(), model.adb())) {
        if (!Files.isExecutable(program)) {
          throw new IOException(
              program + " is missing: 'sdk' in " + file + " must be an Android SDK that has it");
        }
      }
      return model;
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Compares the AVD with the list that {@code sha256sum} made of it. */
  private static void checkAvd(Path directory) throws IOException {
    Path avd = directory.resolve(AVD);
    Path sums = directory.resolve(SUMS);
    if (Files.size(sums) > MAX_SUMS_BYTES) {
      throw new IOException(sums + " has " + Files.size(sums) + " bytes");
    }
    List<Path> listed = new ArrayList<>();
    for (String line : Files.readAllLines(sums)) {
      if (!line.matches("[0-9a-f]{64} [ *].+")) {
        throw new IOException(sums + " has a line that is not sha256sum's: '" + line + "'");
      }
      Path name = Path.of(line.substring(SHA256_DIGITS + 2)).normalize();
      Path file = avd.resolve(name).normalize();
      if (!file.startsWith(avd)) {
        throw new IOException(sums + " names a file outside the AVD: '" + line + "'");
      }
      if (!Files.isRegularFile(file)) {
        throw new IOException(file + " is missing");
      }
      if (!PropertyFile.sha256(file).equals(line.substring(0, SHA256_DIGITS))) {
        throw new IOException(file + " is damaged: its SHA-256 is not that in " + sums);
      }
      listed.add(name);
    }
    listed.sort(null);
    List<Path> found = AvdFiles.list(avd);
    if (!found.equals(listed)) {
      found.removeAll(listed);
      throw new IOException(sums + " does not have all files of " + avd + ": " + found);
    }
  }

  /** What tells without reading them that the files are still those that were checked. */
  static List<Object> stamp(Path directory) throws IOException {
    String attributes = "unix:ino,size,lastModifiedTime";
    List<Object> stamp = new ArrayList<>();
    for (String name : List.of(PROPERTIES, FACTORY, SUMS)) {
      stamp.add(Files.readAttributes(directory.resolve(name), attributes));
    }
    Path avd = directory.resolve(AVD);
    if (!Files.isDirectory(avd)) {
      throw new NoSuchFileException(avd.toString());
    }
    for (Path file : AvdFiles.list(avd)) {
      stamp.add(file);
      stamp.add(Files.readAttributes(avd.resolve(file), attributes));
    }
    return stamp;
  }

  private static EmulatorModel read(Path directory, PropertyFile properties) throws IOException {
    ModelValues text = new ModelValues(properties.values());
    List<String> arguments = text.words("emulator.arguments", ARGUMENTS);
    return new EmulatorModel(
        properties.text("model"),
        PropertyFile.sha256(directory.resolve(PROPERTIES)).substring(0, 16),
        directory,
        Path.of(properties.text("sdk")).toAbsolutePath(),
        wrapper(text),
        arguments,
        display(directory, text),
        Duration.ofSeconds(text.number("boot.limit.seconds", 600, 1, 3600)),
        Duration.ofSeconds(text.number("power.off.seconds", 60, 1, 3600)),
        new Storage(
            properties.text("storage.path"),
            text.or("storage.shell", "su 0 sh -c"),
            text.number("storage.max.mb", 2048, 1, 1 << 20) * MEGABYTE,
            StorageScope.parse(text.or("storage.include", ""), text.or("storage.exclude", ""))));
  }

  /** A mirror whose network is open would send once more what its user has sent. */
  private static List<String> wrapper(ModelValues text) {
    String wrapper = text.or("emulator.wrapper", "");
    if (wrapper.isEmpty()) {
      throw new IllegalArgumentException(
          "'emulator.wrapper' must be a command that keeps the emulator's network from the world,"
              + " or 'none' if something else does");
    }
    return wrapper.equals("none") ? List.of() : List.of(wrapper.split("\\s+", -1));
  }

  /** The phone's one touch screen; all its other devices are keyboards. */
  private static Optional<InputPlan.Display> display(Path directory, ModelValues text)
      throws IOException {
    Optional<InputPlan.Display> display = Optional.empty();
    for (int i = 0; text.optional("input." + i).isPresent(); i++) {
      String name = "input." + i;
      String kind = text.or(name, "");
      if (kind.equals(TOUCH) && display.isEmpty()) {
        Properties avd = PropertyFile.read(directory.resolve(AVD).resolve("config.ini")).values();
        ModelValues screen = new ModelValues(avd);
        display =
            Optional.of(
                new InputPlan.Display(
                    i,
                    Axis.parse(name + ".x", text.or(name + ".x", "")),
                    Axis.parse(name + ".y", text.or(name + ".y", "")),
                    screen.number("hw.lcd.width", 0, 1, 1 << 14),
                    screen.number("hw.lcd.height", 0, 1, 1 << 14)));
      } else if (!kind.equals("keyboard")) {
        throw new IllegalArgumentException(
            "'" + name + "' must be keyboard, or once touchscreen, not '" + kind + "'");
      }
    }
    return display;
  }
}
