package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.gateway.TestGuest.SECOND;
import static org.phonemirror.core.gateway.TestGuest.START;
import static org.phonemirror.core.gateway.TestGuest.bytes;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.phonemirror.core.gateway.tcp.TcpStack;
import org.phonemirror.core.tape.TapeWriter;
import org.phonemirror.core.tape.TcpFlow;

/**
 * Whatever the guest sends is answered or discarded, and never thrown through. An input is a
 * sequence of frames, each after its length in two bytes; after each some time passes.
 */
class GuestNetworkFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void framesAreAnsweredOrDiscarded(byte[] input) {
    TestGuest guest = new TestGuest();
    guest.begin(
        TapeWriter.of(START, START + 600 * SECOND)
            .tcp("192.0.2.80", 80, START)
            .sends("hi")
            .gets(START, bytes("yes"), TcpFlow.End.FIN)
            .closed()
            .tcp("10.0.2.3", 53, START)
            .sends("\0\00401A?")
            .gets(START, "\0\n01address.")
            .done()
            .attempt("192.0.2.80", 81, START, TcpFlow.Opening.REFUSED)
            .attempt("192.0.2.80", 82, START, TcpFlow.Opening.SILENT)
            .udp("10.0.2.3", 53)
            .sends(START, bytes("01A?"))
            .gets(START, bytes("01address"))
            .done()
            .tape());
    ByteBuffer in = ByteBuffer.wrap(input);
    while (in.remaining() > 2) {
      byte[] frame = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
      in.get(frame);
      guest.frame(frame);
      guest.now += frame.length * 10_000L;
      assertThat(guest.frames.size()).isLessThanOrEqualTo(100);
      guest.frames.clear();
      assertThat(guest.network.connections()).isLessThanOrEqualTo(TcpStack.MAX_CONNECTIONS);
    }
    assertThat(guest.end(1).unrecorded().size()).isLessThanOrEqualTo(64);
  }
}
