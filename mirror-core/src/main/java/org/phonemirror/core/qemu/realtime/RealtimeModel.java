package org.phonemirror.core.qemu.realtime;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.qemu.ModelValues;
import org.phonemirror.core.qemu.PropertyFile;
import org.phonemirror.core.storage.Disk;
import org.phonemirror.core.storage.QcowDisk;
import org.phonemirror.sync.StorageScope;

/**
 * A phone model without an agent, as its operator describes it in {@code template.properties}
 * (docs/phone-models.md has all names and their defaults).
 *
 * @param name of the model
 * @param id changes with anything that a saved mirror depends on
 * @param directory where its files are
 * @param machine its virtual hardware
 * @param inputs input devices, by their numbers
 * @param addresses what the guest is told of its network
 * @param boot how long it takes, and how to tell that it is over
 * @param powerOff how to switch it off
 * @param storage where user storage is
 */
record RealtimeModel(
    String name,
    String id,
    Path directory,
    Hardware machine,
    List<InputDevice> inputs,
    GuestAddresses addresses,
    Boot boot,
    PowerOff powerOff,
    Storage storage) {
  static final String DRIVER = "qemu-realtime";
  static final String PROPERTIES = "template.properties";
  private static final int MAX_INPUTS = 32;

  RealtimeModel {
    inputs = List.copyOf(inputs);
  }

  /** Format of a disk image. */
  enum Format {
    RAW,
    QCOW2
  }

  /**
   * Virtual hardware.
   *
   * @param type QEMU's machine type with its options
   * @param devices QEMU's names of other devices, each with its options
   * @param kernel booted directly, if there is one; else the firmware boots the disk
   */
  record Hardware(
      String type,
      int cpus,
      int memoryMb,
      Path disk,
      Format format,
      String diskDevice,
      String networkDevice,
      List<String> devices,
      Optional<Kernel> kernel) {
    Hardware {
      devices = List.copyOf(devices);
    }
  }

  /** A kernel, its initial file system and its command line. */
  record Kernel(Path image, Optional<Path> initrd, String commandLine) {}

  /**
   * A phone's boot.
   *
   * @param expected what it takes; the mirror's clock begins so much before the phone was ready
   * @param limit when it has failed
   * @param serialText what the guest says on its serial port when it is ready; else it is when the
   *     expected time has passed
   */
  record Boot(Duration expected, Duration limit, Optional<String> serialText) {}

  /** How a phone is switched off. */
  record PowerOff(Way way, Duration limit) {
    /** Ways to ask a guest. */
    enum Way {
      /** The power button of ACPI ({@code system_powerdown}). */
      ACPI,
      /** The keyboard's power key. */
      KEY,
      /** It is not asked: its power is cut. */
      CUT
    }
  }

  /**
   * Where user storage is.
   *
   * @param partition of the disk, from 1 on; 0: the disk has none
   * @param path in its file system
   * @param scope which paths below count
   * @param sync whether the guest's kernel takes SysRq from its keyboard
   */
  record Storage(int partition, String path, StorageScope scope, boolean sync) {}

  /**
   * Reads a model, and checks that its files are those that are described.
   *
   * @throws IOException naming the file and the property at fault
   */
  static RealtimeModel load(Path directory) throws IOException {
    Path file = directory.resolve(PROPERTIES);
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is missing; docs/phone-models.md tells what it must have");
    }
    PropertyFile properties = PropertyFile.read(file);
    for (Path each : files(directory, properties.values())) {
      properties.checkFile(each);
    }
    try {
      return read(directory.toRealPath(), properties);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> files(Path directory, Properties values) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : List.of("disk", "kernel", "initrd")) {
      String value = values.getProperty(name);
      if (value != null) {
        if (value.isBlank() || value.contains("/") || value.startsWith(".")) {
          throw new IOException(
              directory.resolve(PROPERTIES)
                  + ": '"
                  + name
                  + "' must be the name of a file beside it, not '"
                  + value
                  + "'");
        }
        files.add(directory.resolve(value));
      }
    }
    return files;
  }

  /** What tells without reading them that the files are still those that were checked. */
  static List<Object> stamp(Path directory) throws IOException {
    String attributes = "unix:ino,size,lastModifiedTime";
    Path file = directory.resolve(PROPERTIES);
    List<Object> stamp = new ArrayList<>();
    stamp.add(Files.readAttributes(file, attributes));
    for (Path each : files(directory, PropertyFile.read(file).values())) {
      stamp.add(Files.readAttributes(each, attributes));
    }
    return stamp;
  }

  private static RealtimeModel read(Path directory, PropertyFile properties) throws IOException {
    Properties values = properties.values();
    ModelValues text = new ModelValues(values);
    Optional<Kernel> kernel =
        text.optional("kernel")
            .map(
                image ->
                    new Kernel(
                        directory.resolve(image),
                        text.optional("initrd").map(directory::resolve),
                        text.or("kernel.cmdline", "")));
    Hardware machine =
        new Hardware(
            text.or("machine", "pc,vmport=off"),
            text.number("cpus", 1, 1, 64),
            text.number("memory.mb", 2048, 32, 65_536),
            directory.resolve(properties.text("disk")),
            text.choice("disk.format", Format.class, Format.QCOW2),
            text.or("disk.device", "virtio-blk-pci"),
            text.or("network.device", "virtio-net-pci"),
            text.words("devices", "VGA virtio-keyboard-pci virtio-tablet-pci"),
            kernel);
    List<InputDevice> inputs = new ArrayList<>();
    while (inputs.size() < MAX_INPUTS && values.containsKey("input." + inputs.size())) {
      inputs.add(InputDevice.parse("input." + inputs.size(), text));
    }
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("there is no input device 'input.0'");
    }
    Duration expected = Duration.ofSeconds(text.number("boot.seconds", 120, 1, 3600));
    return new RealtimeModel(
        properties.text("model"),
        PropertyFile.sha256(directory.resolve(PROPERTIES)).substring(0, 16),
        directory,
        machine,
        inputs,
        addresses(text),
        new Boot(
            expected,
            expected.multipliedBy(text.number("boot.limit.factor", 10, 1, 100)),
            text.optional("boot.serial")),
        new PowerOff(
            text.choice("power.off", PowerOff.Way.class, PowerOff.Way.ACPI),
            Duration.ofSeconds(text.number("power.off.seconds", 60, 1, 3600))),
        new Storage(
            text.number("storage.partition", 0, 0, 1024),
            text.or("storage.path", ""),
            StorageScope.parse(text.or("storage.include", ""), text.or("storage.exclude", "")),
            text.choice("storage.sync", Sync.class, Sync.SYSRQ) == Sync.SYSRQ));
  }

  /** How a guest is made to write what it has in memory only. */
  private enum Sync {
    SYSRQ,
    NONE
  }

  private static GuestAddresses addresses(ModelValues text) throws IOException {
    Inet4Address phone =
        ModelValues.ipv4("network.address", text.or("network.address", "10.0.2.15"));
    List<InetAddress> servers = new ArrayList<>();
    for (String server : text.words("network.dns", "10.0.2.3")) {
      servers.add(ModelValues.ipv4("network.dns", server));
    }
    return GuestAddresses.of(phone, servers);
  }

  /** The length of the disk in bytes. */
  long diskBytes() throws IOException {
    try (Disk disk = factoryDisk()) {
      return disk.size();
    }
  }

  /** The disk as it leaves the factory, for reading. */
  Disk factoryDisk() throws IOException {
    return machine.format == Format.RAW
        ? Disk.raw(machine.disk)
        : QcowDisk.open(machine.disk, Optional.empty());
  }
}
