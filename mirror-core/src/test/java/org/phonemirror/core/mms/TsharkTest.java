package org.phonemirror.core.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wireshark reads our messages as we mean them. */
class TsharkTest {
  @TempDir Path directory;

  @BeforeEach
  void isInstalled() {
    boolean installed =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "tshark")));
    assumeTrue(installed, "tshark is not installed: install the package tshark");
  }

  @Test
  void sendRequest() throws Exception {
    assertThat(
            fields(
                Messages.sendRequest(Messages.text("Blåbærsyltetøj")),
                "mmse.message_type",
                "mmse.transaction_id",
                "mmse.mms_version",
                "mmse.from",
                "mmse.to",
                "mmse.cc",
                "mmse.bcc",
                "mmse.message_class.id",
                "mmse.priority",
                "mmse.delivery_report",
                "mmse.read_report",
                "_ws.malformed"))
        .containsExactly(
            "0x80",
            "T1",
            "1.2",
            "<insert address>",
            "+15550002/TYPE=PLMN,carol@example.com",
            "+15550003/TYPE=PLMN",
            "+15550004/TYPE=PLMN",
            "0x82",
            "0x82",
            "0x80",
            "0x80",
            "");
  }

  /** Of other charsets than ASCII some versions show but the length. */
  @Test
  void subjectWithItsCharset() throws Exception {
    MmsMessage message = Messages.sendRequest(Messages.text("x"));
    assertThat(fields(message, "mmse.subject").get(0)).startsWith("Gr").endsWith("e");
  }

  @Test
  void notification() throws Exception {
    assertThat(
            fields(
                Messages.notification(),
                "mmse.message_type",
                "mmse.from",
                "mmse.subject",
                "mmse.message_class.id",
                "mmse.message_size",
                "mmse.expiry.rel",
                "mmse.content_location",
                "_ws.malformed"))
        .containsExactly(
            "0x82",
            "+46702000001/TYPE=PLMN",
            "Hi",
            "0x80",
            "32552",
            "259200.000000000",
            "http://mmsc.example.com/mm1/N77",
            "");
  }

  @Test
  void retrieveConfirmation() throws Exception {
    assertThat(
            fields(
                Messages.retrieveConfirmation(Messages.related()),
                "mmse.message_type",
                "mmse.transaction_id",
                "mmse.message_id",
                "mmse.retrieve_status",
                "mmse.retrieve_text",
                "_ws.malformed"))
        .containsExactly("0x84", "R77", "mid-0001@mmsc.example.com", "0x80", "all is well", "");
    assertThat(text(Messages.retrieveConfirmation(Messages.related())))
        .contains("application/vnd.wap.multipart.related")
        .contains("application/smil")
        .contains("image/jpeg")
        .contains("<photo>")
        .contains("photo.jpg")
        .doesNotContain("Malformed");
  }

  @Test
  void confirmationsAndReports() throws Exception {
    for (MmsMessage message : Messages.all()) {
      assertThat(text(message)).contains("MMS Message Encapsulation").doesNotContain("Malformed");
    }
    assertThat(
            fields(
                Messages.deliveryReport(),
                "mmse.message_type",
                "mmse.message_id",
                "mmse.to",
                "mmse.status"))
        .containsExactly("0x86", "mid-0001@mmsc.example.com", "+46702000001/TYPE=PLMN", "0x81");
    assertThat(
            fields(
                new MmsMessage.NotifyResponse("N77", Status.DEFERRED, false),
                "mmse.message_type",
                "mmse.status",
                "mmse.report_allowed"))
        .containsExactly("0x83", "0x83", "0x81");
  }

  private List<String> fields(MmsMessage message, String... names) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-T", "fields"));
    for (String name : names) {
      arguments.add("-e");
      arguments.add(name);
    }
    String line = tshark(message, arguments).lines().findFirst().orElse("");
    return Arrays.asList(line.split("\t", -1));
  }

  private String text(MmsMessage message) throws Exception {
    return tshark(message, List.of("-V"));
  }

  private String tshark(MmsMessage message, List<String> arguments) throws Exception {
    Path capture = directory.resolve("mms.pcap");
    Files.write(capture, capture(MmsEncoder.encode(message)));
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
    command.addAll(arguments);
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process =
        builder
            .redirectOutput(output.toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(output);
  }

  /** A capture of one HTTP response over TCP and IPv4, without a link layer. */
  private static byte[] capture(byte[] pdu) throws IOException {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Type: "
                + MmsMessage.MEDIA_TYPE
                + "\r\nContent-Length: "
                + pdu.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    int length = 40 + head.length + pdu.length;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0xA1B2C3D4);
    out.writeInt(0x00020004);
    out.writeLong(0);
    out.writeInt(65_535);
    out.writeInt(101); // LINKTYPE_RAW
    out.writeLong(0);
    out.writeInt(length);
    out.writeInt(length);
    out.writeInt(0x45000000 | length);
    out.writeInt(0);
    out.writeInt(0x40060000);
    out.writeInt(0x0A000001);
    out.writeInt(0x0A000002);
    out.writeShort(80);
    out.writeShort(40_000);
    out.writeInt(1);
    out.writeInt(1);
    out.writeInt(0x50180000 | 0xFFFF);
    out.writeInt(0);
    out.write(head);
    out.write(pdu);
    return bytes.toByteArray();
  }
}
