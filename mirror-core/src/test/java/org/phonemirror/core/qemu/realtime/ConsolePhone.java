package org.phonemirror.core.qemu.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Stream;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.qemu.PropertyFile;
import org.phonemirror.core.qemu.QemuSettings;

/**
 * A phone model made of the reference phone's images that needs no agent: kernel, one disk with two
 * partitions, and a shell on the console.
 */
final class ConsolePhone {
  static final String MODEL = "console-phone";
  static final String READY = "session is ready";
  private static final int SECTOR = 512;
  private static final int ALIGNED = 1 << 20;
  private static final int LINUX = 0x83;

  private ConsolePhone() {}

  /** Builds it below a directory of templates; needs the system property {@code mirror.images}. */
  static void buildIn(Path templates) throws IOException {
    String property = System.getProperty("mirror.images", "");
    assertThat(property)
        .as(
            "these tests need the reference phone's images: -Dmirror.images=DIR,"
                + " where mirror-core/guest/build.sh has made DIR/reference")
        .isNotEmpty();
    Path images = Path.of(property, "reference");
    Path model = Files.createDirectories(templates.resolve(MODEL));
    Path disk = model.resolve("disk.img");
    makeDisk(disk, images.resolve("system.img"), images.resolve("data.img"));
    Files.copy(images.resolve("kernel"), model.resolve("kernel"));
    Files.write(model.resolve("initrd"), initrd(images.resolve("initrd")));
    Properties values = new Properties();
    values.setProperty("driver", RealtimeDriver.NAME);
    values.setProperty("model", MODEL);
    values.setProperty("disk", "disk.img");
    values.setProperty("disk.format", "raw");
    values.setProperty("machine", "pc,usb=off,vmport=off");
    values.setProperty("memory.mb", "128");
    values.setProperty("devices", "VGA,vgamem_mb=1 virtio-keyboard-pci virtio-tablet-pci");
    values.setProperty("kernel", "kernel");
    values.setProperty("initrd", "initrd");
    values.setProperty(
        "kernel.cmdline",
        "console=ttyS0 quiet mitigations=off audit=0 panic=-1 tsc=unstable clocksource=hpet"
            + " no_timer_check");
    values.setProperty("input.0", "keyboard");
    values.setProperty("input.1", "tablet");
    values.setProperty("boot.seconds", "5");
    values.setProperty("boot.limit.factor", "100");
    values.setProperty("boot.serial", READY);
    values.setProperty("power.off", "key");
    values.setProperty("storage.partition", "2");
    for (String name : new String[] {"disk.img", "kernel", "initrd"}) {
      PropertyFile.addFile(values, model.resolve(name));
    }
    PropertyFile.write(model.resolve(RealtimeModel.PROPERTIES), values);
  }

  /** Boots a new mirror, and saves its session in a state directory. */
  static void saveBooted(Path templates, Path state, String mirror, long timeMicros)
      throws IOException, MachineException {
    try (RealtimeDriver driver = new RealtimeDriver(templates, state, QemuSettings.defaults());
        Machine machine = driver.start(driver.create(mirror, MODEL), 1)) {
      machine.powerOn(timeMicros);
      machine.save(0);
    }
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(path -> path.endsWith("epoch")).toList()) {
        Files.delete(file); // as of a mirror that was never started
      }
    }
  }

  /** Copies such a state directory to an empty one. */
  static void copyBooted(Path booted, Path state) throws MachineException {
    try (Stream<Path> files = Files.walk(booted)) {
      for (Path from : (Iterable<Path>) files::iterator) {
        Path to = state.resolve(booted.relativize(from).toString());
        if (!Files.isDirectory(to)) {
          Files.copy(from, to);
        }
      }
    } catch (IOException e) {
      throw new MachineException("can't copy the saved session: " + e, e);
    }
  }

  /** A disk with an MBR of two partitions. */
  static void makeDisk(Path disk, Path first, Path second) throws IOException {
    try (FileChannel to =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer mbr = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
      long at = ALIGNED;
      int entry = 446;
      for (Path part : new Path[] {first, second}) {
        long length = Files.size(part);
        mbr.put(entry + 4, (byte) LINUX);
        mbr.putInt(entry + 8, (int) (at / SECTOR));
        mbr.putInt(entry + 12, (int) (length / SECTOR));
        copySparse(part, to, at);
        at = (at + length + ALIGNED - 1) / ALIGNED * ALIGNED;
        entry += 16;
      }
      mbr.putShort(510, (short) 0xaa55);
      to.write(mbr, 0);
      to.write(ByteBuffer.allocate(1), at - 1);
    }
  }

  private static void copySparse(Path from, FileChannel to, long at) throws IOException {
    byte[] zeroes = new byte[64 << 10];
    try (InputStream in = Files.newInputStream(from)) {
      long position = at;
      for (byte[] part = in.readNBytes(zeroes.length);
          part.length > 0;
          part = in.readNBytes(zeroes.length)) {
        if (!Arrays.equals(part, zeroes)) {
          to.write(ByteBuffer.wrap(part), position);
        }
        position += part.length;
      }
    }
  }

  /** The reference phone's, with another first program: the kernel unpacks archives in turn. */
  private static byte[] initrd(Path reference) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(Files.readAllBytes(reference));
    pad(all);
    entry(all, "init", script("init.sh"), 0100755);
    entry(all, "session", script("session.sh"), 0100644);
    entry(all, "TRAILER!!!", new byte[0], 0);
    return all.toByteArray();
  }

  private static byte[] script(String name) throws IOException {
    try (InputStream in = ConsolePhone.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  /** An entry of a cpio archive (Documentation/driver-api/early-userspace/buffer-format.rst). */
  private static void entry(ByteArrayOutputStream to, String name, byte[] content, int mode)
      throws IOException {
    int[] fields = {0, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0};
    StringBuilder head = new StringBuilder("070701");
    for (int field : fields) {
      head.append(String.format("%08X", field));
    }
    to.write((head + name + "\0").getBytes(StandardCharsets.US_ASCII));
    pad(to);
    to.write(content);
    pad(to);
  }

  private static void pad(ByteArrayOutputStream to) {
    while (to.size() % 4 != 0) {
      to.write(0);
    }
  }
}
