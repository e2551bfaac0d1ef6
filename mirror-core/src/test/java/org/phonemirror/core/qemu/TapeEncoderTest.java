package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;

class TapeEncoderTest {
  private static final long START = 1_767_600_000_000_000L;
  private static final long END = START + 10_000_000;

  @Test
  void aSilentTapeIsEmpty() {
    TapeEncoder.Encoded encoded = TapeEncoder.encode(Tape.silent(START, END), START);
    assertThat(encoded.bytes()).isEmpty();
    assertThat(encoded.leftOut()).isEmpty();
  }

  @Test
  void recordsAreAsDescribed() {
    Tape tape =
        TapeWriter.of(START, END)
            .continued(7, "192.0.2.1", 80, START - 1, 3)
            .sends("ab")
            .gets(START + 16, new byte[] {9}, TcpFlow.End.FIN)
            .done()
            .udp("2001:db8::1", 53)
            .sends(START, new byte[] {1})
            .unreachable(START + 1)
            .done()
            .notification(START + 2, new byte[] {(byte) 0x8c, (byte) 0x82})
            .tape();
    String tcp =
        "01 0000000000000007 04 c0000201 0050 00 00 ffffffffffffffff 0000000000000003 00000002"
            + " 00000001 0000000000000010 0000000000000005 01 00000001 6162 09";
    String udp =
        "02 0000000000000001 06 20010db8000000000000000000000001 0035 00000002"
            + " 0000000000000000 00 0001 0000000000000001 02 0000 01";
    String push = "03 0000000000000002 00000002 8c82";
    assertThat(TapeEncoder.encode(tape, START).bytes())
        .isEqualTo(HexFormat.of().parseHex((tcp + udp + push).replace(" ", "")));
  }

  @Test
  void ofAFlowThatCanNotBeReplayedOnlyTheFactIsTold() {
    Tape tape =
        TapeWriter.of(START, END)
            .tcp("192.0.2.1", 443, START)
            .sends("hello")
            .gets(START, "hello")
            .marked(Mark.TLS)
            .done()
            .tcp("192.0.2.1", 80, START - 1)
            .sends("middle")
            .marked(Mark.UNSEEN_START)
            .done()
            .tape();
    TapeEncoder.Encoded encoded = TapeEncoder.encode(tape, START);
    assertThat(encoded.bytes())
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "01000000000000000104c000020101bb03000000000000000000000000000000000000000000"
                        + "00000000"));
    assertThat(encoded.leftOut()).isEmpty();
  }

  @Test
  void theLargestFlowsAreLeftOutOfATapeThatIsTooLarge() {
    TapeWriter tape = TapeWriter.of(START, END);
    for (int size : new int[] {3_000_000, 5_000_000, 4_000_000, 100}) {
      tape.tcp("192.0.2.1", 80, START).sends("x").gets(START, "x".repeat(size)).closed();
    }
    TapeEncoder.Encoded encoded = TapeEncoder.encode(tape.tape(), START);
    assertThat(encoded.leftOut()).containsExactly(2L);
    assertThat(encoded.bytes()).hasSizeBetween(7_000_100, 7_001_000);
  }

  @Test
  void aTapeOfTooManyFlowsOrItemsIsCut() {
    TapeWriter flows = TapeWriter.of(START, END);
    for (int i = 0; i < TapeEncoder.MAX_FLOWS + 2; i++) {
      flows.attempt("192.0.2.1", 80, START, TcpFlow.Opening.REFUSED);
    }
    assertThat(TapeEncoder.encode(flows.tape(), START).leftOut())
        .containsExactlyInAnyOrder(TapeEncoder.MAX_FLOWS + 1L, TapeEncoder.MAX_FLOWS + 2L);

    TapeWriter items = TapeWriter.of(START, END);
    items.tcp("192.0.2.1", 80, START).sends("x").gets(START, "y").done();
    TapeWriter.Tcp many = items.tcp("192.0.2.1", 80, START);
    for (int i = 0; i < TapeEncoder.MAX_ITEMS; i++) {
      many.gets(START, "y");
    }
    assertThat(TapeEncoder.encode(many.done().tape(), START).leftOut()).containsExactly(2L);
  }
}
