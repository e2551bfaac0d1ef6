package org.phonemirror.client.input;

import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's input devices, read from {@code /dev/input/event*} with one thread each.
 *
 * <p>A device's number is its place in the list of names that the phone model has. The times are
 * the kernel's, which by default stamps with the wall clock ({@code CLOCK_REALTIME}).
 */
public final class EvdevSource implements InputSource {
  /** The devices of the reference phone, in the order of their numbers. */
  public static final List<String> REFERENCE_PHONE =
      List.of("QEMU Virtio Keyboard", "QEMU Virtio Tablet");

  private static final Logger LOG = LoggerFactory.getLogger(EvdevSource.class);
  private static final int BUFFER_BYTES = 64 * EvdevDecoder.EVENT_BYTES;

  private record Device(int number, String name, FileChannel channel) {}

  private final List<Device> devices;
  private final List<Thread> readers = new ArrayList<>();

  private EvdevSource(List<Device> devices) {
    this.devices = devices;
  }

  /**
   * Opens the devices.
   *
   * @param deviceDirectory {@code /dev/input}
   * @param sysDirectory {@code /sys/class/input}, which tells the devices' names
   * @param names of the wanted devices; the first is device 0
   * @throws IOException if a device is not there or can't be opened
   */
  public static EvdevSource open(Path deviceDirectory, Path sysDirectory, List<String> names)
      throws IOException {
    Map<String, String> nodes = nodesByName(sysDirectory);
    List<Device> devices = new ArrayList<>();
    EvdevSource source = new EvdevSource(devices);
    try {
      for (int number = 0; number < names.size(); number++) {
        String name = names.get(number);
        String node = nodes.get(name);
        if (node == null) {
          throw new IOException(
              "input device '" + name + "' is not among " + nodes.keySet() + " in " + sysDirectory);
        }
        FileChannel channel =
            FileChannel.open(deviceDirectory.resolve(node), StandardOpenOption.READ);
        devices.add(new Device(number, name, channel));
      }
      return source;
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }

  private static Map<String, String> nodesByName(Path sysDirectory) throws IOException {
    Map<String, String> nodes = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(sysDirectory, "event*")) {
      for (Path entry : entries) {
        byte[] name = Files.readAllBytes(entry.resolve("device/name"));
        nodes.put(new String(name, StandardCharsets.UTF_8).trim(), entry.getFileName().toString());
      }
    }
    return nodes;
  }

  @Override
  public void start(InputSink sink) {
    for (Device device : devices) {
      Thread reader = new Thread(() -> read(device, sink), "input-" + device.number);
      reader.setDaemon(true);
      readers.add(reader);
      reader.start();
    }
  }

  private static void read(Device device, InputSink sink) {
    EvdevDecoder decoder = new EvdevDecoder(device.number, sink);
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (device.channel.read(buffer) >= 0) {
        ((Buffer) buffer).flip(); // ByteBuffer has no flip of its own at API level 26
        decoder.decode(buffer);
        buffer.compact();
      }
      LOG.debug("input device '{}' has ended", device.name);
    } catch (ClosedChannelException e) {
      LOG.debug("input device '{}' was closed", device.name);
    } catch (IOException e) {
      LOG.error("input device '{}' can't be read any more: {}", device.name, e.toString());
      sink.lost(1);
    }
  }

  @Override
  public void close() throws IOException {
    for (Device device : devices) {
      device.channel.close();
    }
    for (Thread reader : readers) {
      try {
        reader.join(1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
