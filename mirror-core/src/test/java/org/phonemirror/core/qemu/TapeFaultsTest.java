package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;

/** What the guest's agent does with tapes that are none. */
class TapeFaultsTest {
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final long SECOND = 1_000_000;

  @TempDir private static Path templates;
  @TempDir private Path directory;
  private final Deadline deadline = Deadline.in(Duration.ofMinutes(3));
  private QemuLauncher launcher;
  private Guest guest;
  private long time = BOOT;

  @BeforeAll
  static void buildTemplate() throws IOException {
    TestTemplate.buildIn(templates);
  }

  @BeforeEach
  void start() throws IOException {
    Template template = Template.load(templates.resolve(TestTemplate.MODEL));
    StateFiles.copySparse(template.data(), directory.resolve(Guest.DATA));
    launcher = new QemuLauncher(QemuSettings.defaults());
    guest = Guest.restore(launcher, directory, template, Optional.empty(), deadline);
    guest.resume(deadline);
    guest.agent().hello(deadline);
    guest.agent().start(BOOT, deadline);
  }

  @AfterEach
  void stop() {
    guest.close();
    launcher.close();
  }

  @Test
  void everyBeginningOfATapeIsRefusedAndTheAgentGoesOn() throws Exception {
    byte[] whole = TapeEncoder.encode(tape(), time).bytes();
    for (int length = 1; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      // what ends with a record is a tape
      if (!isWholeRecords(whole, length)) {
        assertThatThrownBy(() -> guest.agent().load(part, deadline))
            .as("%d bytes", length)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("ERROR tape");
      }
    }
    guest.agent().load(whole, deadline);
    assertThat(run().network().unused()).containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void damagedTapesDoNotDamageTheAgent() throws Exception {
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] bytes = TapeEncoder.encode(tape(), time).bytes();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        guest.agent().load(bytes, deadline);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("ERROR tape");
        refused++;
      }
      run();
    }
    assertThat(refused).isPositive();
  }

  @Test
  void noiseIsRefused() throws Exception {
    Random random = new Random(12);
    for (int size : new int[] {1, 10, 1000, 100_000, TapeEncoder.MAX_BYTES}) {
      byte[] noise = new byte[size];
      random.nextBytes(noise);
      noise[0] = (byte) (4 + (noise[0] & 0x7f));
      assertThatThrownBy(() -> guest.agent().load(noise, deadline))
          .hasMessageContaining("ERROR tape a record is of no known kind");
    }
    assertThat(run().network().flows()).isEmpty();
  }

  @Test
  void countsThatLieAreRefused() throws Exception {
    byte[] head = TapeEncoder.encode(head(), time).bytes();
    int counts = head.length - 8;
    for (int[] lie : new int[][] {{-1, 0}, {0, -1}, {0, 0x0fffffff}, {1, 0}, {0, 1}}) {
      byte[] lying = ByteBuffer.wrap(head.clone()).putInt(counts, lie[0]).array();
      ByteBuffer.wrap(lying).putInt(counts + 4, lie[1]);
      assertThatThrownBy(() -> guest.agent().load(lying, deadline))
          .hasMessageContaining("ERROR tape it ends within a record");
    }
    run();
  }

  @Test
  void aTapeBeyondTheLimitsIsRefusedAndOneWithinIsTaken() throws Exception {
    assertThatThrownBy(() -> guest.agent().load(new byte[TapeEncoder.MAX_BYTES + 1], deadline))
        .hasMessageContaining("ERROR limit a tape of 8388609 bytes");
    TapeWriter large = TapeWriter.of(time, time + SECOND);
    byte[] body = new byte[TapeEncoder.MAX_BYTES - 1000];
    large.tcp("192.0.2.1", 80, time).gets(time, body, TcpFlow.End.FIN).done();
    byte[] encoded = TapeEncoder.encode(large.tape(), time).bytes();
    assertThat(encoded).hasSizeGreaterThan(body.length);
    // late on its tape, so that it is kept; and another beside it
    guest.agent().load(encoded, deadline);
    run();
    guest.agent().load(TapeEncoder.encode(large.tape(), time).bytes(), deadline);
    run();

    byte[] head = TapeEncoder.encode(head(), time).bytes();
    ByteBuffer many = ByteBuffer.allocate(head.length * (TapeEncoder.MAX_FLOWS + 1));
    while (many.hasRemaining()) {
      many.put(head);
    }
    assertThatThrownBy(() -> guest.agent().load(many.array(), deadline))
        .hasMessageContaining("ERROR tape it has too many flows");
    run();
  }

  private ReplayReport run() throws IOException {
    ReplayReport report = guest.agent().run(time, SECOND, List.of(), deadline);
    time += SECOND;
    return report;
  }

  /** A flow without anything. */
  private Tape head() {
    return TapeWriter.of(time, time + SECOND).tcp("192.0.2.1", 80, time).done().tape();
  }

  /** Long past, so that nothing of it is carried on. */
  private Tape tape() {
    return TapeWriter.of(time, time + SECOND)
        .tcp("192.0.2.1", 80, time - 60 * SECOND)
        .sends("request")
        .gets(time, "answer")
        .gets(time + SECOND / 2, "more".getBytes(StandardCharsets.UTF_8), TcpFlow.End.FIN)
        .closed()
        .attempt("2001:db8::1", 80, time - 60 * SECOND, TcpFlow.Opening.SILENT)
        .udp("192.0.2.1", 53)
        .sends(time - 60 * SECOND, new byte[20])
        .gets(time - 60 * SECOND, new byte[20])
        .done()
        .notification(time, new byte[] {(byte) 0x8c, (byte) 0x82})
        .tape();
  }

  private boolean isWholeRecords(byte[] tape, int length) {
    int pushes = 1 + 8 + 4 + 2;
    int udp = 1 + 8 + 7 + 4 + 2 * 11 + 40;
    int attempt = 1 + 8 + 19 + 2 + 8 + 8 + 8;
    int rest = tape.length - length;
    return rest == pushes || rest == pushes + udp || rest == pushes + udp + attempt;
  }
}
