package org.phonemirror.core.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.phonemirror.client.input.EvdevSource;
import org.phonemirror.client.input.InputSink;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.SyncCodec;

/**
 * Two fingers on a touch screen, from the kernel's {@code struct input_event}s through the
 * Syn-Client's source and the batch on the wire to what the server replays.
 */
public final class CapturedTouch {
  /** The touch screen's number. */
  public static final int SCREEN = 1;

  /** When the first report comes, after the interval's start, and how far the others are apart. */
  public static final long STEP_MICROS = 100_000;

  private static final int ABS = InputEvent.EV_ABS;
  private static final int KEY = InputEvent.EV_KEY;
  private static final int ABS_X = 0x00;
  private static final int ABS_Y = 0x01;
  private static final int SLOT = 0x2f;
  private static final int MT_X = 0x35;
  private static final int MT_Y = 0x36;
  private static final int ID = 0x39;
  private static final int BTN_TOUCH = 0x14a;

  /** Type, code, value; as a kernel tells a screen of 1080 by 2160 (input_mt_sync_frame). */
  private static final int[][][] REPORTS = {
    {
      {ABS, ID, 70},
      {ABS, MT_X, 270},
      {ABS, MT_Y, 540},
      {KEY, BTN_TOUCH, 1},
      {ABS, ABS_X, 270},
      {ABS, ABS_Y, 540}
    },
    {{ABS, SLOT, 1}, {ABS, ID, 71}, {ABS, MT_X, 810}, {ABS, MT_Y, 1620}},
    {{ABS, SLOT, 0}, {ABS, MT_X, 300}, {ABS, SLOT, 1}, {ABS, MT_X, 780}, {ABS, ABS_X, 300}},
    {{ABS, SLOT, 0}, {ABS, ID, -1}},
    {{ABS, SLOT, 1}, {ABS, ID, -1}, {KEY, BTN_TOUCH, 0}}
  };

  private CapturedTouch() {}

  /**
   * Captures the gesture and takes it out of the batch again.
   *
   * @param directory an empty one, for the phone's devices
   */
  public static List<InputEvent> replayed(Path directory, long startMicros) throws Exception {
    List<InputEvent> captured = captured(directory, startMicros);
    Batch batch =
        new Batch(
            1,
            7,
            startMicros,
            REPORTS.length * STEP_MICROS,
            captured,
            0,
            new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, List.of()));
    Batch received = (Batch) SyncCodec.decode(SyncCodec.encode(batch));
    assertThat(received.events()).isEqualTo(captured);
    return received.events();
  }

  private static List<InputEvent> captured(Path directory, long startMicros) throws Exception {
    device(directory, "event0", "Keys");
    device(directory, "event1", "Touch screen");
    Files.createFile(directory.resolve("event0"));
    try (OutputStream out = Files.newOutputStream(directory.resolve("event1"))) {
      for (int i = 0; i < REPORTS.length; i++) {
        for (int[] event : REPORTS[i]) {
          out.write(struct(startMicros + i * STEP_MICROS, event[0], event[1], event[2]));
        }
        out.write(struct(startMicros + i * STEP_MICROS, InputEvent.EV_SYN, 0, 0));
      }
    }
    BlockingQueue<List<InputEvent>> reports = new LinkedBlockingQueue<>();
    InputSink sink =
        new InputSink() {
          @Override
          public void report(List<InputEvent> report) {
            reports.add(report);
          }

          @Override
          public void lost(long atLeast) {
            reports.add(List.of());
          }
        };
    List<InputEvent> events = new ArrayList<>();
    try (EvdevSource source =
        EvdevSource.open(directory, directory.resolve("sys"), List.of("Keys", "Touch screen"))) {
      source.start(sink);
      for (int[][] report : REPORTS) {
        List<InputEvent> next = reports.poll(30, TimeUnit.SECONDS);
        assertThat(next).hasSameSizeAs(report).allMatch(event -> event.device() == SCREEN);
        events.addAll(next);
      }
    }
    return events;
  }

  private static void device(Path directory, String node, String name) throws IOException {
    Path device = Files.createDirectories(directory.resolve("sys").resolve(node).resolve("device"));
    Files.writeString(device.resolve("name"), name + "\n");
  }

  private static byte[] struct(long micros, int type, int code, int value) {
    ByteBuffer event = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    event.putLong(micros / 1_000_000).putLong(micros % 1_000_000);
    event.putShort((short) type).putShort((short) code).putInt(value);
    return event.array();
  }
}
