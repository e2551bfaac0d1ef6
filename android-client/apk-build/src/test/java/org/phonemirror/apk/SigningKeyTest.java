package org.phonemirror.apk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
  private static final char[] PASSWORD = "secret".toCharArray();

  @TempDir Path directory;

  @Test
  void everybodysKeyIsTheSameEachTimeAndVouchesForItself() throws Exception {
    SigningKey key = SigningKey.everybodys();
    assertThat(SigningKey.everybodys()).isEqualTo(key);
    X509Certificate certificate = key.certificate();
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getSubjectX500Principal().getName()).contains("known to everybody");
  }

  @Test
  void theOperatorsKeystoreIsTakenOrSaysWhatItLacks() throws Exception {
    SigningKey key = SigningKey.everybodys();
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "mirror",
        key.privateKey(),
        PASSWORD,
        new java.security.cert.Certificate[] {key.certificate()});
    Path file = directory.resolve("operator.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    assertThat(SigningKey.of(file, "secret", "")).isEqualTo(key);
    assertThat(SigningKey.of(file, "secret", "mirror")).isEqualTo(key);
    assertThatThrownBy(() -> SigningKey.of(file, "secret", "other"))
        .hasMessageContaining("no private key 'other'")
        .hasMessageContaining("[mirror]");
    assertThatThrownBy(() -> SigningKey.of(file, null, ""))
        .hasMessageContaining("APK_KEYSTORE_PASSWORD");
  }

  @Test
  void aStampIsCurrentUntilAnInputChanges() throws Exception {
    Path input = Files.writeString(directory.resolve("input"), "a");
    Path output = Files.writeString(directory.resolve("output"), "");
    assertThat(stamp(input).isCurrent(output)).isFalse();
    Stamp made = stamp(input);
    assertThat(made.isCurrent(output)).isFalse();
    made.save();
    assertThat(stamp(input).isCurrent(output)).isTrue();
    Files.writeString(input, "b");
    assertThat(stamp(input).isCurrent(output)).isFalse();
  }

  private Stamp stamp(Path input) throws Exception {
    return new Stamp(directory.resolve("stamp")).content(input);
  }
}
