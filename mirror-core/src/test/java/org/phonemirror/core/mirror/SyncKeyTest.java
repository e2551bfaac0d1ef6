package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncSettings;

class SyncKeyTest {
  @Test
  void thePhoneLearnsWhatItsProfileSaysOfUploadsAndHowToKnowTheFileServer() {
    ServicePolicies policies =
        new ServicePolicies(
            ServicePolicies.USUAL.download(),
            new ServicePolicies.Upload(false, 4096),
            ServicePolicies.USUAL.antivirus());
    MirrorProfile profile = new MirrorProfile("reference", Duration.ofSeconds(10), 2048, policies);
    SyncKey key = SyncKey.random();

    MirrorSettings mirrors =
        MirrorSettings.defaults(URI.create("coaps://m.test:5684"))
            .withFilesCertificate(new byte[] {0x30, 1, -1});
    String body = key.settings(mirrors, profile, StorageScope.ALL);

    SyncSettings settings = SyncSettings.parse(body);
    assertThat(settings.identity()).isEqualTo(key.identity());
    assertThat(settings.server()).isEqualTo(mirrors.syncAddress());
    assertThat(settings.repairBudget()).isEqualTo(2048);
    assertThat(settings.files()).isEqualTo(new FileServices(false, 4096, new byte[] {0x30, 1, -1}));
  }
}
