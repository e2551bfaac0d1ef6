package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.machine.NetworkReport;

class NetworkReportReaderTest {
  private final NetworkReportReader reader = new NetworkReportReader(1000);

  @Test
  void linesMakeAReport() throws IOException {
    assertThat(reader.take("FLOW 1 20 30 -1 2 3 40")).isTrue();
    assertThat(reader.take("FLOW 2 20 30 19 0 0 0")).isTrue();
    assertThat(reader.take("UNUSED 3")).isTrue();
    assertThat(reader.take("REQUEST 5 tcp c0000201 80 4745")).isTrue();
    assertThat(reader.take("REQUEST 6 udp 20010db8000000000000000000000001 53 -")).isTrue();
    assertThat(reader.take("DONE events=0")).isFalse();
    NetworkReport report = reader.report(4);
    assertThat(report.flows())
        .containsExactly(
            new NetworkReport.Flow(1, 20, 30, -1, 2, 3, 40),
            new NetworkReport.Flow(2, 20, 30, 19, 0, 0, 0));
    assertThat(report.unused()).containsExactly(3L);
    assertThat(report.unrecorded())
        .containsExactly(
            new NetworkReport.Request(
                1005,
                NetworkReport.Protocol.TCP,
                new InetSocketAddress("192.0.2.1", 80),
                new byte[] {'G', 'E'}),
            new NetworkReport.Request(
                1006,
                NetworkReport.Protocol.UDP,
                new InetSocketAddress("2001:db8::1", 53),
                new byte[0]));
    assertThat(report.unrecordedCount()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FLOW 1 2 3",
        "FLOW 1 20 30 -2 2 3 40",
        "FLOW 99999999999999999999 20 30 -1 2 3 40",
        "UNUSED",
        "UNUSED -1",
        "REQUEST 5 icmp c0000201 80 4745",
        "REQUEST 5 tcp www.example.com 80 4745",
        "REQUEST 5 tcp c0000201 65536 4745",
        "REQUEST 5 tcp c0000201 80 474",
        "FLOW 1 20 30 -1 2 3 40 "
      })
  void whatIsMalformedIsNoReport(String line) throws IOException {
    assertThat(reader.take(line)).isFalse();
  }

  @Test
  void anEndlessReportIsRefused() {
    assertThatThrownBy(
            () -> {
              while (reader.take("UNUSED 1")) {}
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("lines");
  }
}
