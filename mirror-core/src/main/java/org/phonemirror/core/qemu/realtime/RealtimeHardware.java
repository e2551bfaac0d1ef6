package org.phonemirror.core.qemu.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.phonemirror.core.qemu.Confinement;
import org.phonemirror.core.qemu.GuestDirectory;
import org.phonemirror.core.qemu.Launch;

/**
 * A phone model's virtual machine as a QEMU process. It is given the model's files, and writes what
 * is in its working directory: the overlay of the disk.
 */
final class RealtimeHardware {
  /** What the mirror has changed of its model's disk. */
  static final String DISK = "disk.qcow2";

  static final String QMP_SOCKET = GuestDirectory.SOCKETS + "/qmp";

  /** The gateway's, in the working directory. */
  static final String NETWORK_SOCKET = "net";

  static final String SERIAL = "serial";

  /** What the guest says on its serial port is kept in a ring: it can't fill the host's disk. */
  static final int SERIAL_BYTES = 64 << 10;

  private static final JsonMapper JSON = new JsonMapper();

  /** For translated code; the least that QEMU takes by itself is more than a process may have. */
  private static final int CODE_MB = 256;

  /** The memory of a display, and of whatever else a model's devices have. */
  private static final int DEVICES_MB = 128;

  private RealtimeHardware() {}

  /**
   * A machine that does not run yet.
   *
   * @param rtc what the hardware clock shows when the machine is switched on
   * @param incoming whether its state will be loaded
   */
  static Launch launch(RealtimeModel model, Instant rtc, boolean incoming) throws IOException {
    RealtimeModel.Hardware machine = model.machine();
    List<Path> inputs = new ArrayList<>(List.of(machine.disk()));
    List<String> arguments =
        new ArrayList<>(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    add(arguments, "-sandbox", Confinement.SANDBOX);
    // a guest that switches itself off stays to be seen; one that resets itself counts as off
    arguments.addAll(List.of("-no-reboot", "-no-shutdown", "-S"));
    add(arguments, "-qmp", "unix:" + QMP_SOCKET + ",server=on,wait=off");
    add(arguments, "-chardev", "ringbuf,id=" + SERIAL + ",size=" + SERIAL_BYTES);
    add(arguments, "-serial", "chardev:" + SERIAL);
    add(arguments, "-machine", machine.type());
    String thread = machine.cpus() == 1 ? "single" : "multi";
    add(arguments, "-accel", "tcg,thread=" + thread + ",tb-size=" + CODE_MB);
    add(arguments, "-smp", "" + machine.cpus());
    add(arguments, "-m", "" + machine.memoryMb());
    // 2026-01-31T12:00:00 in UTC; it stands while the guest does
    String time = rtc.toString().replaceAll("(\\.\\d+)?Z$", "");
    add(arguments, "-rtc", "base=" + time + ",clock=vm");
    add(arguments, "-blockdev", disk(machine));
    add(arguments, "-device", machine.diskDevice() + ",drive=disk");
    add(
        arguments,
        "-netdev",
        "stream,id=net,server=off,addr.type=unix,addr.path=" + NETWORK_SOCKET);
    add(arguments, "-device", machine.networkDevice() + ",netdev=net,romfile=");
    for (String device : machine.devices()) {
      add(arguments, "-device", device);
    }
    if (machine.kernel().isPresent()) {
      RealtimeModel.Kernel kernel = machine.kernel().get();
      add(arguments, "-kernel", input(inputs, kernel.image()));
      if (kernel.initrd().isPresent()) {
        add(arguments, "-initrd", input(inputs, kernel.initrd().get()));
      }
      add(arguments, "-append", kernel.commandLine());
    }
    if (incoming) {
      add(arguments, "-incoming", "defer");
    }
    Launch.Size size =
        new Launch.Size(
            machine.cpus(),
            machine.memoryMb() + CODE_MB + DEVICES_MB,
            mostOverlayBytes(model.diskBytes()));
    return new Launch(inputs, List.of(DISK, NETWORK_SOCKET), arguments, size);
  }

  private static String input(List<Path> inputs, Path file) {
    inputs.add(file);
    return Launch.input(inputs.size() - 1).toString();
  }

  /** With its tables, an eight-thousandth of the disk, and its reference counts, still less. */
  private static long mostOverlayBytes(long diskBytes) {
    return diskBytes + diskBytes / 1024 + (16L << 20);
  }

  /** What a machine's state can have at most: all of its memory, in pieces with headers. */
  static long mostStateBytes(RealtimeModel model) {
    return ((model.machine().memoryMb() + 2L * DEVICES_MB) * 9 / 8) << 20;
  }

  private static String disk(RealtimeModel.Hardware machine) {
    Map<String, Object> base =
        Map.of(
            "driver", machine.format().name().toLowerCase(Locale.ROOT),
            "read-only", true,
            "file", file(Launch.input(0)));
    // a crash of the host costs what came after the last checkpoint, which is synced
    Map<String, Object> whole =
        Map.of(
            "driver",
            "qcow2",
            "node-name",
            "disk",
            "cache",
            Map.of("no-flush", true),
            "file",
            file(Path.of(DISK)),
            "backing",
            base);
    try {
      return JSON.writeValueAsString(whole);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of strings can be written", e);
    }
  }

  private static Map<String, Object> file(Path path) {
    return Map.of("driver", "file", "filename", path.toString());
  }

  private static void add(List<String> arguments, String name, String value) {
    arguments.add(name);
    arguments.add(value);
  }
}
