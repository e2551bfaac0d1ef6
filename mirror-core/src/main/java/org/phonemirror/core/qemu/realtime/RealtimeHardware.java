package org.phonemirror.core.qemu.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A phone model's virtual machine as QEMU's arguments; sockets are in its working directory. */
final class RealtimeHardware {
  static final String QMP_SOCKET = "qmp";
  static final String NETWORK_SOCKET = "net";
  static final String SERIAL = "serial";

  /** What the guest says on its serial port is kept in a ring: it can't fill the host's disk. */
  static final int SERIAL_BYTES = 64 << 10;

  private static final JsonMapper JSON = new JsonMapper();

  private RealtimeHardware() {}

  /**
   * Arguments of a machine that does not run yet.
   *
   * @param overlay what the mirror has changed of the model's disk
   * @param rtc what the hardware clock shows when the machine is switched on
   * @param incoming whether its state will be loaded
   */
  static List<String> arguments(RealtimeModel model, Path overlay, Instant rtc, boolean incoming) {
    RealtimeModel.Hardware machine = model.machine();
    List<String> arguments =
        new ArrayList<>(List.of("-nodefaults", "-no-user-config", "-display", "none"));
    // a guest that switches itself off stays to be seen; one that resets itself counts as off
    arguments.addAll(List.of("-no-reboot", "-no-shutdown", "-S"));
    add(arguments, "-qmp", "unix:" + QMP_SOCKET + ",server=on,wait=off");
    add(arguments, "-chardev", "ringbuf,id=" + SERIAL + ",size=" + SERIAL_BYTES);
    add(arguments, "-serial", "chardev:" + SERIAL);
    add(arguments, "-machine", machine.type());
    add(arguments, "-accel", "tcg,thread=" + (machine.cpus() == 1 ? "single" : "multi"));
    add(arguments, "-smp", "" + machine.cpus());
    add(arguments, "-m", "" + machine.memoryMb());
    // 2026-01-31T12:00:00 in UTC; it stands while the guest does
    String time = rtc.toString().replaceAll("(\\.\\d+)?Z$", "");
    add(arguments, "-rtc", "base=" + time + ",clock=vm");
    add(arguments, "-blockdev", disk(machine, overlay));
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
      add(arguments, "-kernel", kernel.image().toString());
      kernel.initrd().ifPresent(initrd -> add(arguments, "-initrd", initrd.toString()));
      add(arguments, "-append", kernel.commandLine());
    }
    if (incoming) {
      add(arguments, "-incoming", "defer");
    }
    return arguments;
  }

  private static String disk(RealtimeModel.Hardware machine, Path overlay) {
    Map<String, Object> base =
        Map.of(
            "driver", machine.format().name().toLowerCase(Locale.ROOT),
            "read-only", true,
            "file", file(machine.disk()));
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
            file(overlay),
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
