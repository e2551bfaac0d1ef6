package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.MirrorProfile;

/** What earlier servers have written. */
class MirrorSerializerTest {
  /** What a server of before there was repair has written is read for good. */
  @Test
  void anOlderJournalIsRead() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF("reference");
      out.writeLong(Duration.ofSeconds(10).toNanos());
    }
    assertThat(new MirrorSerializer().fromBinary(bytes.toByteArray(), "Subscribed"))
        .isEqualTo(new MirrorEvent.Subscribed(World.PROFILE));
  }

  /** As does what one of before there were services has. */
  @Test
  void aJournalWithoutServicesIsRead() throws Exception {
    MirrorProfile profile = new MirrorProfile("reference", Duration.ofSeconds(10), 4096);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF("reference");
      out.writeLong(Duration.ofSeconds(10).toNanos());
      out.writeInt(4096);
    }
    assertThat(new MirrorSerializer().fromBinary(bytes.toByteArray(), "Subscribed.2"))
        .isEqualTo(new MirrorEvent.Subscribed(profile));
    MirrorSerializer serializer = new MirrorSerializer();
    MirrorState now = MirrorState.empty().apply(new MirrorEvent.Subscribed(profile));
    // between the profile's budget and the rest stand the policies, which that one did not write
    byte[] written = serializer.toBinary(now);
    int policies = written.length - serializer.toBinary(MirrorState.empty()).length;
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    before.write(written, 0, 1 + bytes.size());
    before.write(written, 1 + policies, written.length - 1 - policies);
    assertThat(serializer.fromBinary(before.toByteArray(), "MirrorState.3"))
        .usingRecursiveComparison()
        .isEqualTo(now);
  }
}
