package org.phonemirror.core.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.tape.SessionContent.Direction;

class SessionContentTest {
  private static final byte[] NOTIFICATION = HexFormat.of().parseHex("8c82984e3737008d92");
  private static final byte[] DELIVERY = HexFormat.of().parseHex("8c868d928b6d696400");

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
