package org.phonemirror.core.tape;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Whatever a message to the phone carries is a notification or is none. */
class PushFuzzTest {
  private static SessionContent content(String type, byte[] bytes) {
    byte[] body = Arrays.copyOf(bytes, Math.min(bytes.length, SessionContent.MAX_BODY_BYTES));
    return new SessionContent(
        0, SessionContent.Direction.TO_PHONE, "MESSAGE", "sip:mmsc@ims.test", type, body);
  }

  @FuzzTest(maxDuration = "60s")
  void shortMessageIsAPushOrNot(byte[] bytes) {
    SessionContent content = content(WapPush.SHORT_MESSAGE, bytes);
    if (content.isMmsNotification()) {
      assertThat(bytes.length).as("the headers around it alone").isGreaterThan(20);
    }
    assertThat(content.mmsPush()).isEmpty();
  }

  @FuzzTest(maxDuration = "60s")
  void notificationIsOneOrNot(byte[] bytes) {
    SessionContent content = content(SessionContent.MMS, bytes);
    if (content.isMmsNotification()) {
      assertThat(content.mmsPush()).isPresent();
    }
  }
}
