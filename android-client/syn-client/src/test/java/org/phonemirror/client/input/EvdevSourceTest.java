package org.phonemirror.client.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.InputEvent;

@Timeout(30)
class EvdevSourceTest {
  private static final int EV_MSC = 4;
  private static final int EV_LED = 17;

  @TempDir Path directory;
  private final Sink sink = new Sink();

  private static final class Sink implements InputSink {
    private final LinkedBlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Override
    public void report(List<InputEvent> report) {
      told.add(report);
    }

    @Override
    public void lost(long atLeast) {
      told.add(atLeast);
    }

    Object next() throws InterruptedException {
      return told.poll(10, TimeUnit.SECONDS);
    }
  }

  @BeforeEach
  void names() throws IOException {
    // the tablet has the lower node number: names count, not nodes
    name("event0", "QEMU Virtio Tablet");
    name("event1", "Power Button");
    name("event3", "QEMU Virtio Keyboard");
  }

  private void name(String node, String name) throws IOException {
    Path device = Files.createDirectories(directory.resolve("sys").resolve(node).resolve("device"));
    Files.write(device.resolve("name"), (name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] event(long micros, int type, int code, int value) {
    ByteBuffer event = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    event.putLong(micros / 1_000_000).putLong(micros % 1_000_000);
    event.putShort((short) type).putShort((short) code).putInt(value);
    return event.array();
  }

  private void record(String node, byte[]... events) throws IOException {
    try (OutputStream out = Files.newOutputStream(directory.resolve(node))) {
      for (byte[] event : events) {
        out.write(event);
      }
    }
  }

  private EvdevSource open() throws IOException {
    return EvdevSource.open(directory, directory.resolve("sys"), EvdevSource.REFERENCE_PHONE);
  }

  @Test
  void keepsKeysAndAxesAndDropsTheRest() throws Exception {
    record("event0");
    record(
        "event3",
        event(5_000_000, EV_MSC, 4, 30),
        event(5_000_000, InputEvent.EV_KEY, 30, 1),
        event(5_000_000, InputEvent.EV_SYN, 0, 0),
        event(5_250_000, InputEvent.EV_KEY, 30, 2), // auto-repeat
        event(5_250_000, InputEvent.EV_SYN, 0, 1),
        event(5_300_000, EV_LED, 0, 1),
        event(5_300_000, InputEvent.EV_SYN, 0, 0),
        event(5_300_000, InputEvent.EV_KEY, 30, 0),
        event(5_300_000, InputEvent.EV_SYN, 0, 0));
    try (EvdevSource source = open()) {
      source.start(sink);
      assertThat(sink.next()).isEqualTo(List.of(new InputEvent(5_000_000, 0, 1, 30, 1)));
      assertThat(sink.next()).isEqualTo(List.of(new InputEvent(5_250_000, 0, 1, 30, 2)));
      assertThat(sink.next()).isEqualTo(List.of(new InputEvent(5_300_000, 0, 1, 30, 0)));
    }
    assertThat(sink.told).isEmpty();
  }

  @Test
  void setsReportsOfTheSameMomentApartAndKeepsAReportTogether() throws Exception {
    record("event3");
    record(
        "event0",
        event(7, InputEvent.EV_ABS, 0, 100),
        event(7, InputEvent.EV_ABS, 1, -5),
        event(7, InputEvent.EV_SYN, 0, 0),
        event(7, InputEvent.EV_ABS, 0, 101),
        event(7, InputEvent.EV_SYN, 0, 0));
    try (EvdevSource source = open()) {
      source.start(sink);
      assertThat(sink.next())
          .isEqualTo(List.of(new InputEvent(7, 1, 3, 0, 100), new InputEvent(7, 1, 3, 1, -5)));
      assertThat(sink.next()).isEqualTo(List.of(new InputEvent(8, 1, 3, 0, 101)));
    }
  }

  @Test
  void afterADroppedBufferNothingIsTakenUpToTheNextReport() throws Exception {
    record("event0");
    record(
        "event3",
        event(1, InputEvent.EV_KEY, 30, 1),
        event(1, InputEvent.EV_KEY, 31, 1),
        event(2, InputEvent.EV_SYN, 3, 0), // SYN_DROPPED
        event(2, InputEvent.EV_KEY, 32, 1),
        event(2, InputEvent.EV_SYN, 0, 0),
        event(9, InputEvent.EV_KEY, 33, 1),
        event(9, InputEvent.EV_SYN, 0, 0));
    try (EvdevSource source = open()) {
      source.start(sink);
      assertThat(sink.next()).isEqualTo(2L);
      assertThat(sink.next()).isEqualTo(List.of(new InputEvent(9, 0, 1, 33, 1)));
    }
  }

  @Test
  void deliversFromALiveDeviceAndClosesWhileItWaits() throws Exception {
    record("event0");
    Path pipe = directory.resolve("event3");
    Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    Thread writer =
        new Thread(
            () -> {
              try (OutputStream out = Files.newOutputStream(pipe)) {
                byte[] press = event(1_000_001, InputEvent.EV_KEY, 30, 1);
                out.write(press, 0, 10); // in two pieces
                out.flush();
                out.write(press, 10, 14);
                out.write(event(1_000_001, InputEvent.EV_SYN, 0, 0));
                out.flush();
                Thread.sleep(60_000);
              } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    writer.start();
    try (EvdevSource source = open()) {
      source.start(sink);
      assertThat(sink.next()).isEqualTo(List.of(new InputEvent(1_000_001, 0, 1, 30, 1)));
    } finally {
      writer.interrupt();
      writer.join();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("input-0") && thread.isAlive());
  }

  @Test
  void tellsWhichDeviceIsMissing() throws IOException {
    record("event3");
    assertThatThrownBy(
            () ->
                EvdevSource.open(
                    directory, directory.resolve("sys"), List.of("QEMU Virtio Keyboard", "Stylus")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'Stylus'")
        .hasMessageContaining("QEMU Virtio Keyboard");
  }
}
