package org.phonemirror.hss.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.phonemirror.core.subscriber.MirrorProfile;

/** Whatever the HSS sends is a profile or is refused, and no entity reaches a file. */
class ProfileFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void profileIsReadOrRefused(byte[] bytes) {
    try {
      MirrorProfile profile = ProfileDocument.parse(text(bytes));
      assertThat(ProfileDocument.parse(ProfileDocument.format(profile))).isEqualTo(profile);
    } catch (MalformedDocumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @FuzzTest(maxDuration = "60s")
  void repositoryDataIsReadOrRefused(byte[] bytes) {
    try {
      RepositoryData data = RepositoryData.onlyOf(text(bytes));
      assertThat(RepositoryData.onlyOf(data.toShData()).sequenceNumber())
          .isEqualTo(data.sequenceNumber());
    } catch (MalformedDocumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Documents that are read without the JDK's parser are the same to it. */
  @FuzzTest(maxDuration = "60s")
  void plainDocumentsAreTheSameToTheParser(byte[] bytes) throws Exception {
    String text = text(bytes);
    if (PlainElement.read(text).isPresent()) {
      assertThat(ShData.read(text)).isEqualTo(ShData.readAny(text));
    }
    try {
      MirrorProfile profile = ProfileDocument.parse(text);
      assertThat(ProfileDocument.parseAny(text)).isEqualTo(profile);
    } catch (MalformedDocumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
