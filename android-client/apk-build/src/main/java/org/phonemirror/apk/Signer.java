package org.phonemirror.apk;

import com.android.apksig.ApkSigner;
import com.android.apksig.KeyConfig;
import com.android.apksig.apk.ApkFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** Signs an APK by schemes 2 and 3, and aligns what is not compressed. */
final class Signer {
  private Signer() {}

  static void sign(Path unsigned, SigningKey key, Path signed)
      throws IOException, ApkFormatException, GeneralSecurityException {
    ApkSigner.SignerConfig signer =
        new ApkSigner.SignerConfig.Builder(
                "PHONE-MIRROR", new KeyConfig.Jca(key.privateKey()), List.of(key.certificate()))
            .build();
    new ApkSigner.Builder(List.of(signer))
        .setInputApk(unsigned.toFile())
        .setOutputApk(signed.toFile())
        .setMinSdkVersion(Dexer.MIN_API)
        .setV1SigningEnabled(false)
        .setV2SigningEnabled(true)
        .setV3SigningEnabled(true)
        .build()
        .sign();
  }
}
