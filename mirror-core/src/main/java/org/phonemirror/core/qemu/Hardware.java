package org.phonemirror.core.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The virtual machine that mirrors run in, as QEMU's arguments. Template and clones must have the
 * same, as one's device state is loaded into the other.
 *
 * <p>The guest's clock counts instructions, 8 ns each, and skips idle time: no slower than a phone,
 * whose user waits for a program where the mirror's recorded user does not. There is no network
 * device: a mirror's output leaves the host only by a service. Images are nvdimm: under a skipping
 * clock a guest waits seconds of its time for a virtio disk, and milliseconds for this. The agent's
 * device has no more ports than one and the first, which is a console's, and handles them in the
 * guest's thread: each queue's eventfd would be looked at whenever the guest wakes up.
 */
final class Hardware {
  /** Part of a template's identity: to be changed with the arguments. */
  static final String VERSION = "4";

  static final String QMP_SOCKET = GuestDirectory.SOCKETS + "/qmp";

  static final String AGENT_SOCKET = GuestDirectory.SOCKETS + "/agent";

  private Hardware() {}

  /**
   * Arguments without the kernel; sockets are made in QEMU's working directory.
   *
   * @param console where the serial console goes: {@code stdio} or {@code null}
   * @param memoryMb memory in MiB
   * @param ram backs the memory
   * @param privateRam whether what the guest writes to memory stays out of {@code ram}
   * @param system read-only system image
   * @param data user storage
   */
  static List<String> arguments(
      String console, int memoryMb, Path ram, boolean privateRam, Image system, Image data) {
    String share = privateRam ? "off" : "on";
    return new ArrayList<>(
        List.of(
            "-nodefaults",
            "-no-user-config",
            "-sandbox",
            Confinement.SANDBOX,
            "-display",
            "none",
            "-no-reboot",
            "-serial",
            console,
            "-qmp",
            "unix:" + QMP_SOCKET + ",server=on,wait=off",
            "-accel",
            "tcg,thread=single,tb-size=32",
            "-icount",
            "shift=3,sleep=off",
            "-rtc",
            "base=2026-01-01T00:00:00,clock=vm",
            "-machine",
            "pc,usb=off,vmport=off,nvdimm=on,memory-backend=ram0",
            "-m",
            memoryMb + ",slots=2,maxmem=1G",
            "-object",
            "memory-backend-file,id=ram0,size="
                + memoryMb
                + "M,share="
                + share
                + ",mem-path="
                + quoted(ram),
            "-object",
            "memory-backend-file,id=system,share=on,readonly=on,size="
                + system.bytes
                + ",mem-path="
                + quoted(system.file),
            "-device",
            "nvdimm,id=nvsystem,memdev=system,unarmed=on",
            "-object",
            "memory-backend-file,id=data,share=on,size="
                + data.bytes
                + ",mem-path="
                + quoted(data.file),
            "-device",
            "nvdimm,id=nvdata,memdev=data",
            "-device",
            "VGA,vgamem_mb=1",
            "-device",
            "virtio-serial-pci,id=serial,max_ports=2,ioeventfd=off",
            "-chardev",
            "socket,id=agent,path=" + AGENT_SOCKET + ",server=on,wait=off",
            "-device",
            "virtserialport,bus=serial.0,chardev=agent,name=agent",
            "-device",
            "virtio-keyboard-pci",
            "-device",
            "virtio-tablet-pci",
            "-global",
            "migration.send-configuration=off"));
  }

  /** An image's file and size in bytes. */
  record Image(Path file, long bytes) {}

  /** QEMU's option parser ends a value at a comma, unless there are two. */
  private static String quoted(Path path) {
    return path.toString().replace(",", ",,");
  }
}
