package org.phonemirror.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.phonemirror.apk.ApkCheck;

/** The APK of this build. */
class ApkTest {
  private static final Path APK = Path.of(System.getProperty("app.apk"));

  @Test
  void isSignedAlignedAndHasItsResourcesStored() throws Exception {
    assertThat(ApkCheck.defects(APK)).isEmpty();
  }
}
