package org.phonemirror.core.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MmsCodecTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Arguments> vectors() {
    return Stream.of(
        Arguments.of(
            "8c81985431613262008d929280934f6b008b6d69642d30303031406d6d73632e6578616d706c6500",
            new MmsMessage.SendConfirmation(
                "T1a2b",
                ResponseStatus.OK,
                Optional.of("Ok"),
                Optional.of("mid-0001@mmsc.example"))),
        Arguments.of(
            "8c82984e3737008d928918802b34363730323030303030312f545950453d504c4d4e00964869008a808e"
                + "027f28880581"
                + "0303f48083687474703a2f2f6d6d73632e6578616d706c652f6d6d312f4e373700",
            new MmsMessage.Notification(
                "N77",
                Optional.of("+46702000001/TYPE=PLMN"),
                Optional.of("Hi"),
                MessageClass.PERSONAL,
                32_552,
                new Expiry.After(java.time.Duration.ofDays(3)),
                "http://mmsc.example/mm1/N77")),
        Arguments.of(
            "8c83984e3737008d9295819180",
            new MmsMessage.NotifyResponse("N77", Status.RETRIEVED, true)),
        Arguments.of("8c8598523737008d929180", new MmsMessage.Acknowledgement("R77", true)),
        Arguments.of(
            "8c868d928b6d69642d30303031406d6d73632e6578616d706c6500972b34363730323030303030312f54"
                + "5950453d504c4d4e0085044b3d3b0a9581",
            new MmsMessage.DeliveryReport(
                "mid-0001@mmsc.example",
                "+46702000001/TYPE=PLMN",
                Messages.DATE,
                Status.RETRIEVED)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void readsAndWritesWhatOthersWrite(String hex, MmsMessage message) throws Exception {
    assertThat(MmsDecoder.decode(HEX.parseHex(hex))).isEqualTo(message);
    assertThat(HEX.formatHex(MmsEncoder.encode(message))).isEqualTo(hex);
  }

  static List<MmsMessage> messages() {
    return Messages.all();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatIsWrittenIsRead(MmsMessage message) throws Exception {
    assertThat(MmsDecoder.decode(MmsEncoder.encode(message))).isEqualTo(message);
  }

  /** Wherever a message ends too soon, it is refused, or is one without its last parts. */
  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatEndsTooSoonIsRefused(MmsMessage message) {
    byte[] whole = MmsEncoder.encode(message);
    for (int length = 0; length < whole.length; length++) {
      try {
        MmsMessage shorter = MmsDecoder.decode(Arrays.copyOf(whole, length));
        assertThat(MmsEncoder.encode(shorter)).hasSizeLessThan(whole.length + 1);
        assertThat(shorter).hasSameClassAs(message);
      } catch (MalformedMmsException e) {
        assertThat(e.offset()).isBetween(0, length);
        assertThat(e).hasMessageContaining("(at offset " + e.offset() + ")");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8d92, message type is missing (at offset 2)",
    "8c83984e00, version is missing (at offset 5)",
    "8c83984e008da0, 'MMS version is 2.0, must be 1.x (at offset 7)'",
    "8cff984e008d92, message type 127 is not known (at offset 0)",
    "8c83984e008d92, status is missing (at offset 7)",
    "8c80984e008d928901818483, recipient is missing (at offset 12)",
    "8c80984e008d9289017f, 'From is 127, must be a short integer (at offset 9)'",
    "8c8098, transaction id is missing: the message ends here (at offset 3)",
    "8c80984e, transaction id is a text without an end (at offset 3)",
    "8c868d92850102, 'message id is missing (at offset 7)'",
    "8c868d92850701020304050607, 'date is more than 281474976710655 (at offset 13)'",
    "8c868d928505aa, 'date has 5 bytes, but only 1 follow (at offset 6)'",
    "8c868d92881fffffffffff, expiry is a length of more than 5 bytes (at offset 11)",
    "8c80984e008d92976100846e6f00, must be like text/plain (at offset 11)",
  })
  void refusalsTellWhatAndWhere(String hex, String what) {
    assertThatThrownBy(() -> MmsDecoder.decode(HEX.parseHex(hex)))
        .isInstanceOf(MalformedMmsException.class)
        .hasMessageContaining(what);
  }

  @Test
  void unknownFieldsAreSkipped() throws Exception {
    byte[] known = MmsEncoder.encode(new MmsMessage.Acknowledgement("R77", true));
    ByteArrayOutputStream more = new ByteArrayOutputStream();
    more.write(known, 0, 2);
    more.writeBytes("X-Vendor\0some value\0".getBytes(StandardCharsets.US_ASCII));
    more.writeBytes(HEX.parseHex("ba81")); // a short integer
    more.writeBytes(HEX.parseHex("bb03010203")); // a value with a length
    more.writeBytes(HEX.parseHex("bc1f8200")); // a longer one
    more.writeBytes(new byte[256]);
    more.writeBytes(HEX.parseHex("bd7465787400")); // a text
    more.write(known, 2, known.length - 2);
    assertThat(MmsDecoder.decode(more.toByteArray()))
        .isEqualTo(new MmsMessage.Acknowledgement("R77", true));
  }

  @Test
  void textsComeInTheirCharacterSets() throws Exception {
    // subject in ISO 8859-1, UTF-16 big-endian and one that Java does not know
    assertThat(subject("9605844772fc00")).contains("Grü");
    assertThat(subject("960b 0203f5 0047 0072 00fc 0000")).contains("Grü");
    assertThat(subject("960602ffff486900")).contains("Hi");
    assertThat(subject("9600")).contains("");
    assertThat(subject("967fc3bc00")).contains("ü");
  }

  private static Optional<String> subject(String field) throws Exception {
    byte[] message = HEX.parseHex("8c84" + "8d92" + "850101" + field.replace(" ", "") + "8483");
    return ((MmsMessage.RetrieveConfirmation) MmsDecoder.decode(message)).envelope().subject();
  }

  @Test
  void limitsAreKept() {
    assertThatThrownBy(() -> MmsDecoder.decode(new byte[MmsLimits.MESSAGE_BYTES + 1]))
        .hasMessageContaining("more than 1048576 bytes");
    assertThatThrownBy(() -> MmsDecoder.decode(HEX.parseHex("8c80" + "976100".repeat(65))))
        .hasMessageContaining("more than 64 recipients");
    assertThatThrownBy(() -> MmsDecoder.decode(HEX.parseHex("ba80".repeat(257))))
        .hasMessageContaining("more than 256 header fields");
    assertThatThrownBy(() -> MmsDecoder.decode(HEX.parseHex("98" + "61".repeat(4097) + "00")))
        .hasMessageContaining("transaction id is longer than 4096 bytes");
    assertThatThrownBy(() -> MmsDecoder.decode(HEX.parseHex("84a38101")))
        .hasMessageContaining("129 parts");
    assertThatThrownBy(() -> MmsDecoder.decode(HEX.parseHex("84a301018f8f8f8f0083")))
        .hasMessageContaining("data of a part has 4058236800 bytes, but only 0 follow");
    assertThatThrownBy(() -> Messages.text("x").parts().get(0).type().with("a b", "c"))
        .hasMessageContaining("must be a token");
    assertThatThrownBy(() -> new MmsMessage.Acknowledgement("a\0b", true))
        .hasMessageContaining("NUL");
  }

  @Test
  void aBrokenRequestStillTellsItsTransaction() {
    byte[] broken = HEX.parseHex("8c809854310089" + "30");
    assertThat(MmsDecoder.transactionId(broken)).contains("T1");
    assertThat(MmsDecoder.isSendRequest(broken)).isTrue();
    assertThat(MmsDecoder.transactionId(HEX.parseHex("0000"))).isEmpty();
  }

  @Test
  void partsTellTheirText() {
    Part latin =
        new Part(
            ContentType.of("text/plain").with("charset", "iso-8859-1"),
            Optional.empty(),
            Optional.empty(),
            new byte[] {(byte) 0xFC});
    assertThat(latin.text()).contains("ü");
    assertThat(Messages.related().parts().get(1).text()).isEmpty();
  }
}
