package org.phonemirror.core.mirror;

import java.util.Arrays;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Notice;

/** What happened to a mirror: the entries of its journal. */
sealed interface MirrorEvent {
  /** The subscriber has a mirror, with this profile from now on. */
  record Subscribed(MirrorProfile profile) implements MirrorEvent {}

  /** The subscriber has no mirror any more. */
  record Unsubscribed() implements MirrorEvent {}

  /** The phone was switched on and is given this key to synchronize with. */
  record PhoneTurnedOn(String identity, byte[] key) implements MirrorEvent {
    @Override
    public boolean equals(Object other) {
      return other instanceof PhoneTurnedOn that
          && identity.equals(that.identity)
          && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
      return identity.hashCode();
    }

    @Override
    public String toString() {
      return "PhoneTurnedOn[identity=" + identity + "]";
    }
  }

  /** The phone was switched off. */
  record PhoneTurnedOff() implements MirrorEvent {}

  /** A message of the phone, as it came; its acknowledgement waits for this. */
  record MessageAccepted(byte[] encoded) implements MirrorEvent {
    @Override
    public boolean equals(Object other) {
      return other instanceof MessageAccepted that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(encoded);
    }
  }

  /** A machine is about to be started; none of a lower epoch may write from now on. */
  record MachineStarting(long epoch) implements MirrorEvent {}

  /** A message was replayed for the first time; what its interval adds to the counts. */
  record Replayed(long sequence, Optional<Comparison> comparison, RepairCounts counts)
      implements MirrorEvent {}

  /** The mirror's state up to this message is safe on disk. */
  record Checkpointed(long position) implements MirrorEvent {}

  /** All that machines had kept of it since it was unsubscribed is deleted. */
  record Removed() implements MirrorEvent {}

  /** The phone is to be told this. */
  record NoticePosted(Notice notice) implements MirrorEvent {}

  /** The phone has so many of the oldest notices. */
  record NoticesTold(int count) implements MirrorEvent {}

  /** The machine has failed so often that a person should look. */
  record Failed(String reason) implements MirrorEvent {}

  /** It works again. */
  record Recovered() implements MirrorEvent {}
}
