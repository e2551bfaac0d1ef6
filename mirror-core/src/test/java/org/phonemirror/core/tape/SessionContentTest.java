package org.phonemirror.core.tape;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.SessionContent.Direction;

class SessionContentTest {
  private static final byte[] NOTIFICATION = HexFormat.of().parseHex("8c82984e3737008d92");
  private static final byte[] DELIVERY = HexFormat.of().parseHex("8c868d928b6d696400");

  @Test
  void notificationsAndDeliveryReportsArePushed() {
    assertThat(content(Direction.TO_PHONE, SessionContent.MMS, NOTIFICATION).mmsPush())
        .contains(NOTIFICATION);
    assertThat(content(Direction.TO_PHONE, SessionContent.MMS, DELIVERY).mmsPush())
        .contains(DELIVERY);
    assertThat(content(Direction.FROM_PHONE, SessionContent.MMS, NOTIFICATION).mmsPush()).isEmpty();
    assertThat(content(Direction.TO_PHONE, "text/plain", NOTIFICATION).mmsPush()).isEmpty();
    byte[] sendRequest = HexFormat.of().parseHex("8c809854");
    assertThat(content(Direction.TO_PHONE, SessionContent.MMS, sendRequest).mmsPush()).isEmpty();
  }

  @Test
  void anMmsNotificationIsKnownByTypeAndFirstField() {
    assertThat(content(Direction.TO_PHONE, "Application/vnd.wap.MMS-message; x=1", NOTIFICATION))
        .matches(SessionContent::isMmsNotification);
    assertThat(content(Direction.TO_PHONE, SessionContent.MMS, DELIVERY))
        .matches(content -> !content.isMmsNotification());
    assertThat(content(Direction.TO_PHONE, "text/plain", NOTIFICATION))
        .matches(content -> !content.isMmsNotification());
    assertThat(content(Direction.TO_PHONE, SessionContent.MMS, new byte[1]))
        .matches(content -> !content.isMmsNotification());
    assertThat(content(Direction.FROM_PHONE, SessionContent.MMS, NOTIFICATION))
        .matches(content -> !content.isMmsNotification());
  }

  @Test
  void aWapPushOfANotificationIsKnownInAShortMessage() {
    String type = "application/vnd.3gpp.sms";
    String push = "0605040b8423f0" + "01060403beaf84" + "8c82984e3737008d92";
    assertThat(content(Direction.TO_PHONE, type, shortMessage(push)))
        .matches(SessionContent::isMmsNotification);
    assertThat(content(Direction.FROM_PHONE, type, shortMessage(push)))
        .matches(content -> !content.isMmsNotification());
    String spelled = HexFormat.of().formatHex((SessionContent.MMS + "\0").getBytes(US_ASCII));
    assertThat(push("0b05040b8423f00003770201", "0106" + "20" + spelled)).isTrue();
    assertThat(push("0b05040b8423f00003770202", "0106" + "20" + spelled)).as("part 2").isFalse();
    assertThat(push("060504138823f0", "01060403beaf84")).as("another port").isFalse();
    assertThat(push("0605040b8423f0", "01060403aeaf84")).as("another type").isFalse();
    assertThat(push("0605040b8423f0", "01070403beaf84")).as("no push").isFalse();
  }

  @Test
  void aShortMessageThatIsCutOrHasAnyOctetWrongDoesNoHarm() {
    byte[] whole = shortMessage("0605040b8423f0" + "01060403beaf84" + "8c82984e3737008d92");
    for (int i = 0; i < whole.length; i++) {
      assertThat(content(Direction.TO_PHONE, "application/vnd.3gpp.sms", Arrays.copyOf(whole, i)))
          .matches(content -> !content.isMmsNotification());
      for (int octet = 0; octet < 256; octet++) {
        byte[] wrong = whole.clone();
        wrong[i] = (byte) octet;
        boolean unused =
            content(Direction.TO_PHONE, "application/vnd.3gpp.sms", wrong).isMmsNotification();
      }
    }
  }

  private static boolean push(String userDataHeader, String wsp) {
    return content(
            Direction.TO_PHONE,
            "application/vnd.3gpp.sms",
            shortMessage(userDataHeader + wsp + "8c82984e3737008d92"))
        .isMmsNotification();
  }

  /** RP-DATA from +447785016005 with an SMS-DELIVER from +46702. */
  private static byte[] shortMessage(String userData) {
    String tpdu = "44" + "05916407f2" + "00f5" + "62112271430000" + octet(userData) + userData;
    return HexFormat.of().parseHex("0107" + "0791447758100650" + "00" + octet(tpdu) + tpdu);
  }

  private static String octet(String hex) {
    return HexFormat.of().toHexDigits((byte) (hex.length() / 2));
  }

  @Test
  void aBodyBeyondTheLimitIsRefused() {
    byte[] tooLong = new byte[SessionContent.MAX_BODY_BYTES + 1];
    assertThatThrownBy(() -> content(Direction.TO_PHONE, "text/plain", tooLong))
        .hasMessageContaining("65537")
        .hasMessageContaining("65536");
  }

  private static SessionContent content(Direction direction, String type, byte[] body) {
    return new SessionContent(0, direction, "MESSAGE", "sip:bob@ims.test", type, body);
  }
}
