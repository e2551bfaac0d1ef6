package org.phonemirror.testnet.phone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The phone's virtual machine as QEMU's arguments: a mirror's devices, but in real time, with a
 * network, a modem port instead of the agent's, and the Syn-Client's two disks.
 */
final class PhoneHardware {
  static final String QMP_SOCKET = "qmp";
  static final String MODEM_SOCKET = "modem";
  static final String DATA_IMAGE = "data.img";
  static final String STATE_IMAGE = "state.img";
  static final String SERIAL_LOG = "serial.log";
  static final String FRAME_SOCKET = "frames";

  private PhoneHardware() {}

  /** Sockets, logs and the phone's own images are in QEMU's working directory. */
  static List<String> arguments(PhoneImages images, Path directory, PhoneNetwork network)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
    add(arguments, "-machine", "pc,usb=off,vmport=off,nvdimm=on,memory-backend=ram0");
    add(arguments, "-accel", "tcg,thread=single,tb-size=64");
    add(arguments, "-m", images.memoryMb() + ",slots=2,maxmem=1G");
    add(arguments, "-object", "memory-backend-ram,id=ram0,size=" + images.memoryMb() + "M");
    add(arguments, "-rtc", "base=utc");
    add(arguments, "-serial", "file:" + SERIAL_LOG);
    add(arguments, "-qmp", "unix:" + QMP_SOCKET + ",server=on,wait=off");
    nvdimm(arguments, "system", images.file("system.img"), true);
    nvdimm(arguments, "data", directory.resolve(DATA_IMAGE), false);
    add(arguments, "-device", "virtio-serial-pci,id=serial");
    add(arguments, "-chardev", "socket,id=modem,path=" + MODEM_SOCKET + ",server=on,wait=off");
    add(arguments, "-device", "virtserialport,bus=serial.0,chardev=modem,name=modem");
    add(arguments, "-device", "virtio-keyboard-pci");
    add(arguments, "-device", "virtio-tablet-pci");
    add(arguments, "-device", "VGA,vgamem_mb=1");
    add(arguments, "-object", "rng-random,id=rng,filename=/dev/urandom");
    add(arguments, "-device", "virtio-rng-pci,rng=rng");
    disk(arguments, "client", images.client(), ",readonly=on");
    disk(arguments, "state", directory.resolve(STATE_IMAGE), "");
    network(arguments, network);
    add(arguments, "-device", "virtio-net-pci,netdev=net,romfile=");
    add(arguments, "-kernel", images.file("kernel").toString());
    add(arguments, "-initrd", images.file("initrd").toString());
    add(arguments, "-append", images.commandLine());
    return arguments;
  }

  private static void network(List<String> arguments, PhoneNetwork network) {
    String socket = "path=" + FRAME_SOCKET;
    if (network instanceof PhoneNetwork.Cable) {
      add(arguments, "-netdev", "stream,id=net,server=on,addr.type=unix,addr." + socket);
    } else {
      // IPv4 only, as in the packet network's contexts
      add(arguments, "-netdev", "user,id=net,ipv6=off");
      add(arguments, "-chardev", "socket,id=frames," + socket + ",server=on,wait=off");
      add(arguments, "-object", "filter-mirror,id=copy,netdev=net,queue=all,outdev=frames");
    }
  }

  private static void nvdimm(List<String> arguments, String id, Path image, boolean readOnly)
      throws IOException {
    add(
        arguments,
        "-object",
        "memory-backend-file,id=%s,share=on,readonly=%s,size=%d,mem-path=%s"
            .formatted(id, readOnly ? "on" : "off", Files.size(image), quoted(image)));
    add(arguments, "-device", "nvdimm,memdev=" + id + (readOnly ? ",unarmed=on" : ""));
  }

  private static void disk(List<String> arguments, String id, Path image, String more) {
    add(arguments, "-drive", "if=none,format=raw,id=" + id + more + ",file=" + quoted(image));
    add(arguments, "-device", "virtio-blk-pci,drive=" + id + ",serial=" + id);
  }

  private static void add(List<String> arguments, String name, String value) {
    arguments.add(name);
    arguments.add(value);
  }

  /** QEMU's option parser ends a value at a comma, unless there are two. */
  private static String quoted(Path path) {
    return path.toString().replace(",", ",,");
  }
}
