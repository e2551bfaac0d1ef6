package org.phonemirror.core.mirror;

import java.security.SecureRandom;
import java.util.Base64;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.SyncSettings;

/** A pre-shared key for one phone. Its identity is random, so that it tells nobody who it is. */
record SyncKey(String identity, byte[] secret) {
  static final String CONTENT_TYPE = SyncSettings.CONTENT_TYPE;

  private static final SecureRandom RANDOM = new SecureRandom();

  static SyncKey random() {
    byte[] identity = new byte[9];
    byte[] secret = new byte[16];
    RANDOM.nextBytes(identity);
    RANDOM.nextBytes(secret);
    return new SyncKey(Base64.getUrlEncoder().encodeToString(identity), secret);
  }

  /** The body of the message that hands the key to the phone. */
  String settings(MirrorSettings mirrors, MirrorProfile profile, StorageScope scope) {
    ServicePolicies.Upload upload = profile.services().upload();
    return new SyncSettings(
            mirrors.syncAddress(),
            identity,
            secret,
            profile.syncInterval(),
            profile.repairBudget(),
            scope,
            mirrors.files().withUpload(upload.allowed(), upload.thresholdBytes()))
        .format();
  }
}
