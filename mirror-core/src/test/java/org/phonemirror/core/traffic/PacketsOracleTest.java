package org.phonemirror.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.phonemirror.core.traffic.Packets.endUserAddress;
import static org.phonemirror.core.traffic.Packets.gsnAddress;
import static org.phonemirror.core.traffic.Packets.gtp;
import static org.phonemirror.core.traffic.Packets.imsi;
import static org.phonemirror.core.traffic.Packets.ip;
import static org.phonemirror.core.traffic.Packets.join;
import static org.phonemirror.core.traffic.Packets.msisdn;
import static org.phonemirror.core.traffic.Packets.tcp;
import static org.phonemirror.core.traffic.Packets.tv;
import static org.phonemirror.core.traffic.Packets.udp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the other tests call GTP, tshark calls GTP too; only where it is installed. */
class PacketsOracleTest {
  private static final Path TSHARK = Path.of("/usr/bin/tshark");
  private static final int RAW_IP = 101;

  @TempDir Path directory;

  @Test
  void tsharkReadsTheSame() throws IOException {
    assumeTrue(Files.isExecutable(TSHARK), "tshark is not installed");
    byte[] request =
        gtp(
            16,
            0,
            7,
            imsi("001010000000002"),
            tv(14, 1, 3),
            tv(16, 4, 101),
            tv(17, 4, 100),
            tv(20, 1, 5),
            endUserAddress(),
            gsnAddress("10.1.0.1"),
            gsnAddress("10.1.0.1"),
            msisdn("4915112345"));
    byte[] response =
        gtp(
            17,
            100,
            7,
            tv(1, 1, 128),
            tv(16, 4, 201),
            endUserAddress("172.16.222.2", "2001:db8::1"));
    byte[] packet = ip("172.16.222.2", "192.0.2.80", 6, tcp(40_000, 80, 1, 0, "S", new byte[5]));
    byte[] error = gtp(26, 0, join(tv(16, 4, 201), gsnAddress("10.1.0.2")));

    assertThat(
            tshark(
                ip("10.1.0.1", "10.1.0.2", 17, udp(2123, 2123, request)),
                ip("10.1.0.2", "10.1.0.1", 17, udp(2123, 2123, response)),
                ip("10.1.0.1", "10.1.0.2", 17, udp(2152, 2152, gtp(255, 201, packet))),
                ip("10.1.0.1", "10.1.0.2", 17, udp(2152, 2152, error))))
        .containsExactly(
            "0x10|001010000000002|4915112345|0x00000065|5||||",
            "0x11|||0x000000c9||172.16.222.2|2001:db8::1||",
            "0xff|||||||40000|",
            "0x1a|||0x000000c9|||||");
  }

  private List<String> tshark(byte[]... packets) throws IOException {
    Path file = directory.resolve("packets.pcap");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0xa1b2c3d4);
    out.writeInt(0x00020004);
    out.writeLong(0);
    out.writeInt(65_535);
    out.writeInt(RAW_IP);
    for (byte[] packet : packets) {
      out.writeLong(0);
      out.writeInt(packet.length);
      out.writeInt(packet.length);
      out.write(packet);
    }
    Files.write(file, bytes.toByteArray());
    String fields =
        "gtp.message e212.imsi e164.msisdn gtp.teid_data gtp.nsapi gtp.user_ipv4 gtp.user_ipv6"
            + " tcp.srcport _ws.malformed";
    String command =
        TSHARK + " -r " + file + " -T fields -E separator=| -e " + fields.replace(" ", " -e ");
    Process process =
        new ProcessBuilder(command.split(" "))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output.lines().toList();
  }
}
