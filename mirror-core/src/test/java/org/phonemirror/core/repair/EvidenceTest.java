package org.phonemirror.core.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.UdpFlow;

class EvidenceTest {
  private static final NetworkReport NETWORK = NetworkReport.silent();
  private static final ReplayReport GOOD = new ReplayReport(90, 0, 500, 900, 100, NETWORK);
  private static final Tape SILENT = Tape.silent(0, 10);

  @Test
  void inputAndClockTellTheirCause() {
    assertThat(Evidence.of(0, SILENT, GOOD).cause()).isEqualTo(Cause.RANDOM);
    assertThat(Evidence.of(1, SILENT, GOOD).cause()).isEqualTo(Cause.LOSS);
    assertThat(cause(new ReplayReport(9, 2, 0, 0, 0, NETWORK))).isEqualTo(Cause.LOSS);
    assertThat(cause(new ReplayReport(9, 0, 0, 0, -2_000_000, NETWORK))).isEqualTo(Cause.TIME);
    assertThat(cause(new ReplayReport(9, 0, 0, 2_000_000, 0, NETWORK))).isEqualTo(Cause.TIME);
  }

  @Test
  void theNetworkTellsItsCause() {
    NetworkReport asked = new NetworkReport(List.of(), List.of(), List.of(), List.of(), 3);
    NetworkReport other =
        new NetworkReport(
            List.of(new NetworkReport.Flow(1, 9, 9, 4, 1, 1, 0)),
            List.of(),
            List.of(),
            List.of(),
            0);
    assertThat(Evidence.of(0, tape(Mark.TLS), report(asked)).cause()).isEqualTo(Cause.TLS);
    assertThat(Evidence.of(0, tape(), report(asked)).cause()).isEqualTo(Cause.UNRECORDED_REQUEST);
    assertThat(Evidence.of(0, tape(), report(other)).cause()).isEqualTo(Cause.RANDOM);
    assertThat(Evidence.of(0, tape(Mark.TLS, Mark.HOLE), GOOD).cause()).isEqualTo(Cause.LOSS);
    assertThat(Evidence.of(0, SILENT, report(NETWORK.withLeftOut(List.of(7L)))).cause())
        .isEqualTo(Cause.LOSS);
  }

  @Test
  void theIntervalBeforeCountsToo() {
    Evidence before = Evidence.of(0, tape(Mark.TLS), GOOD);
    assertThat(Evidence.of(0, SILENT, GOOD).and(before).cause()).isEqualTo(Cause.TLS);
    assertThat(Evidence.of(0, SILENT, GOOD).and(Evidence.NONE).cause()).isEqualTo(Cause.RANDOM);
  }

  private static Cause cause(ReplayReport report) {
    return Evidence.of(0, SILENT, report).cause();
  }

  private static ReplayReport report(NetworkReport network) {
    return new ReplayReport(90, 0, 500, 900, 100, network);
  }

  private static Tape tape(Mark... marks) {
    InetSocketAddress end = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    UdpFlow flow = new UdpFlow(1, end, end, List.of(), Set.of(marks));
    return new Tape(0, 10, List.of(), List.of(flow), List.of());
  }
}
