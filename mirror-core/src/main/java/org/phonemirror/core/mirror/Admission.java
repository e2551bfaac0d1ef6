package org.phonemirror.core.mirror;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncMessage;

/**
 * Which messages of a phone are taken. A message that was taken before is acknowledged again; the
 * next one in order is taken; any other is refused with what the phone can do.
 *
 * @param maxRetainedBytes how much of a phone's messages may wait for a checkpoint
 */
record Admission(long maxRetainedBytes) {
  /** What a retained message costs besides its bytes, roughly. */
  private static final long OVERHEAD_BYTES = 256;

  /** The answer that needs no event: the message is not taken now. Empty if it is to be taken. */
  Optional<Acknowledgement> answer(MirrorState state, SyncMessage message) {
    long expected = expected(state);
    if (!isOpen(state)) {
      return refused(Status.UNAVAILABLE, expected, "subscriber has no mirror");
    } else if (message.sequence() < expected && state.isResent(message)) {
      return Optional.of(accepted(state));
    } else if (message.sequence() != expected) {
      return refused(
          Status.OUT_OF_ORDER,
          expected,
          "message " + message.sequence() + " came where " + expected + " is next");
    }
    String model = state.profile().map(MirrorProfile::phoneModel).orElseThrow();
    long retained = retainedBytes(state);
    if (message instanceof Boot boot && !boot.model().equals(model)) {
      return refused(
          Status.MALFORMED,
          expected,
          "phone is a '" + boot.model() + "', its mirror profile says '" + model + "'");
    } else if (!(message instanceof Boot) && !state.isOfThisBoot(message)) {
      return refused(
          Status.UNKNOWN_BOOT, expected, "message belongs to no boot that goes on: boot first");
    } else if (retained > maxRetainedBytes) {
      return refused(
          Status.UNAVAILABLE, expected, "mirror is behind by " + retained + " bytes: try later");
    }
    return Optional.empty();
  }

  /** Whether there is a mirror. */
  boolean isOpen(MirrorState state) {
    return state.profile().isPresent() && !state.retiring();
  }

  /** The answer while the server stops. */
  static Acknowledgement stopping(MirrorState state) {
    return Acknowledgement.refused(Status.UNAVAILABLE, expected(state), "server is stopping");
  }

  /** The answer to the first boot of a phone that is to be copied. */
  static Acknowledgement copyFirst(URI address) {
    return Acknowledgement.refused(Status.CLONE, 1, address.toString());
  }

  /** The answer to the last message taken, and to all before it. */
  static Acknowledgement accepted(MirrorState state) {
    List<Notice> notices =
        state.progress().last().filter(last -> !last.identical()).isPresent()
            ? List.of(
                new Notice("storage-diverged", "as of message " + state.progress().replayed()))
            : List.of();
    return Acknowledgement.accepted(expected(state), notices);
  }

  private static long expected(MirrorState state) {
    return state.stream().last() + 1;
  }

  private static long retainedBytes(MirrorState state) {
    return state.stream().retained().stream()
        .mapToLong(kept -> kept.encoded().length + OVERHEAD_BYTES)
        .sum();
  }

  private static Optional<Acknowledgement> refused(Status status, long expected, String detail) {
    return Optional.of(Acknowledgement.refused(status, expected, detail));
  }
}
