package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SyncSettingsTest {
  private static final SyncSettings USUAL =
      new SyncSettings(
          URI.create("coaps://127.65.3.1:5684"), "p1", new byte[16], Duration.ofSeconds(10));

  @Test
  void whatIsWrittenIsRead() {
    SyncSettings settings = USUAL.withFiles(new FileServices(false, 7, new byte[] {1, 2, -3}));
    assertThat(SyncSettings.parse(settings.format())).isEqualTo(settings);
    assertThat(SyncSettings.parse(USUAL.format()).files()).isEqualTo(FileServices.USUAL);
    assertThat(USUAL.format()).doesNotContain("files-ca");
  }

  @Test
  void aServerThatKnowsNoServicesIsUnderstood() {
    String old = USUAL.format().replaceAll("(?m)^(upload|files).*\n", "");
    assertThat(old).doesNotContain("upload");
    assertThat(SyncSettings.parse(old)).isEqualTo(USUAL);
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> SyncSettings.parse(USUAL.format().replace("upload: on", "upload: y")))
        .hasMessage("upload is 'y', must be on or off");
    assertThatThrownBy(() -> SyncSettings.parse(USUAL.format() + "upload-threshold: many\n"))
        .hasMessage("upload-threshold is 'many', must be a number of bytes");
    assertThatThrownBy(() -> SyncSettings.parse(USUAL.format() + "upload-threshold: -1\n"))
        .hasMessageContaining("upload-threshold is -1");
    assertThatThrownBy(() -> SyncSettings.parse(USUAL.format() + "files-ca: ?\n"))
        .hasMessage("files-ca is not Base64");
  }
}
