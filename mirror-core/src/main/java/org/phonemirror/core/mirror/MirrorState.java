package org.phonemirror.core.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/**
 * What follows from a mirror's journal.
 *
 * @param profile empty while the subscriber has no mirror
 * @param retiring whether what machines kept of a mirror that is no more is yet to be deleted
 * @param link the phone's side as signalling has it
 * @param stream what the phone has sent
 * @param progress how far the mirror has come
 * @param notices what the phone is yet to be told, oldest first, at most {@link #MAX_NOTICES}
 */
record MirrorState(
    Optional<MirrorProfile> profile,
    boolean retiring,
    Link link,
    Stream stream,
    Progress progress,
    List<Notice> notices) {
  /** A phone that was away for long has no use for what came first. */
  static final int MAX_NOTICES = 256;

  /**
   * The phone's side as signalling has it.
   *
   * @param on whether the phone is registered
   * @param identity PSK identity it was given last; empty if none was
   * @param key the key to it
   */
  record Link(boolean on, String identity, byte[] key) {}

  /**
   * What the phone has sent.
   *
   * @param last sequence number of the last accepted message
   * @param boots the phone's latest boots, oldest first, at most {@link #MAX_BOOTS}
   * @param sessionOn whether no shutdown followed the last boot
   * @param retained the messages that no checkpoint holds yet, consecutive and ending in {@code
   *     last}
   */
  record Stream(long last, List<BootMark> boots, boolean sessionOn, List<Retained> retained) {
    static final int MAX_BOOTS = 16;
  }

  /** A boot and its place in the stream. */
  record BootMark(long sequence, long bootId) {}

  /** A message and its form on the wire. */
  record Retained(SyncMessage message, byte[] encoded) {
    long sequence() {
      return message.sequence();
    }
  }

  /**
   * How far the mirror has come.
   *
   * @param epoch of the last machine started
   * @param checkpoint sequence number up to which the state is safe on disk
   * @param replayed sequence number up to which messages were replayed at least once
   * @param intervals how many intervals were compared
   * @param repairs how often something was different, and what was done about it
   * @param last the last comparison
   * @param failure why the mirror is out of order; empty if it is not
   */
  record Progress(
      long epoch,
      long checkpoint,
      long replayed,
      long intervals,
      RepairCounts repairs,
      Optional<Comparison> last,
      String failure) {
    static final Progress NONE = new Progress(0, 0, 0, 0, RepairCounts.NONE, Optional.empty(), "");

    Progress withEpoch(long started) {
      return new Progress(started, checkpoint, replayed, intervals, repairs, last, failure);
    }

    Progress withCheckpoint(long saved) {
      return new Progress(epoch, saved, replayed, intervals, repairs, last, failure);
    }

    Progress withFailure(String reason) {
      return new Progress(epoch, checkpoint, replayed, intervals, repairs, last, reason);
    }

    Progress with(MirrorEvent.Replayed event) {
      return new Progress(
          epoch,
          checkpoint,
          event.sequence(),
          intervals + (event.comparison().isPresent() ? 1 : 0),
          repairs.plus(event.counts()),
          event.comparison().or(() -> last),
          failure);
    }

    /** Whether mirror and phone were equal when they were last compared. */
    boolean wasIdentical() {
      return last.map(Comparison::identical).orElse(true);
    }
  }

  static MirrorState empty() {
    return new MirrorState(
        Optional.empty(),
        false,
        new Link(false, "", new byte[0]),
        new Stream(0, List.of(), false, List.of()),
        Progress.NONE,
        List.of());
  }

  MirrorState apply(MirrorEvent event) {
    if (event instanceof MirrorEvent.Subscribed subscribed) {
      return new MirrorState(
          Optional.of(subscribed.profile()), retiring, link, stream, progress, notices);
    } else if (event instanceof MirrorEvent.Unsubscribed) {
      // what an epoch may write is fenced for good, also across a new subscription
      Progress none = Progress.NONE.withEpoch(progress.epoch);
      return new MirrorState(Optional.empty(), true, empty().link, empty().stream, none, List.of());
    } else if (event instanceof MirrorEvent.Removed) {
      return new MirrorState(profile, false, link, stream, progress, notices);
    } else if (event instanceof MirrorEvent.PhoneTurnedOn on) {
      return with(new Link(true, on.identity(), on.key()));
    } else if (event instanceof MirrorEvent.PhoneTurnedOff) {
      return with(new Link(false, link.identity, link.key));
    } else if (event instanceof MirrorEvent.MessageAccepted accepted) {
      return with(stream(accepted.encoded()));
    } else if (event instanceof MirrorEvent.NoticePosted posted) {
      return with(posted.notice());
    } else if (event instanceof MirrorEvent.NoticesTold told) {
      return withNotices(notices.subList(Math.min(told.count(), notices.size()), notices.size()));
    } else {
      return apply(event, progress);
    }
  }

  private MirrorState apply(MirrorEvent event, Progress p) {
    if (event instanceof MirrorEvent.MachineStarting starting) {
      return with(p.withEpoch(starting.epoch()));
    } else if (event instanceof MirrorEvent.Replayed replayed) {
      return with(p.with(replayed));
    } else if (event instanceof MirrorEvent.Checkpointed checkpointed) {
      long position = checkpointed.position();
      List<Retained> rest =
          stream.retained.stream().filter(message -> message.sequence() > position).toList();
      Stream left = new Stream(stream.last, stream.boots, stream.sessionOn, rest);
      return new MirrorState(profile, retiring, link, left, p.withCheckpoint(position), notices);
    } else {
      String failure = event instanceof MirrorEvent.Failed failed ? failed.reason() : "";
      return with(p.withFailure(failure));
    }
  }

  private MirrorState with(Link changed) {
    return new MirrorState(profile, retiring, changed, stream, progress, notices);
  }

  private MirrorState with(Stream changed) {
    return new MirrorState(profile, retiring, link, changed, progress, notices);
  }

  private MirrorState with(Notice posted) {
    List<Notice> all = new ArrayList<>(notices);
    all.add(posted);
    return withNotices(all.subList(Math.max(0, all.size() - MAX_NOTICES), all.size()));
  }

  private MirrorState withNotices(List<Notice> left) {
    return new MirrorState(profile, retiring, link, stream, progress, List.copyOf(left));
  }

  private MirrorState with(Progress changed) {
    return new MirrorState(profile, retiring, link, stream, changed, notices);
  }

  private Stream stream(byte[] encoded) {
    SyncMessage message = decode(encoded);
    List<Retained> retained = new ArrayList<>(stream.retained);
    retained.add(new Retained(message, encoded));
    List<BootMark> boots = new ArrayList<>(stream.boots);
    boolean sessionOn = stream.sessionOn;
    if (message instanceof Boot boot) {
      boots.add(new BootMark(boot.sequence(), boot.bootId()));
      if (boots.size() > Stream.MAX_BOOTS) {
        boots.remove(0);
      }
      sessionOn = true;
    } else if (message instanceof Shutdown) {
      sessionOn = false;
    }
    return new Stream(message.sequence(), List.copyOf(boots), sessionOn, List.copyOf(retained));
  }

  /** Decodes a message that was decoded before it was written. */
  static SyncMessage decode(byte[] encoded) {
    try {
      return SyncCodec.decode(encoded);
    } catch (MalformedMessageException e) {
      throw new IllegalStateException("journal holds a message that can't be read", e);
    }
  }

  /** The first message that a machine at this position has not replayed. */
  Optional<SyncMessage> after(long position) {
    return stream.retained.stream()
        .map(Retained::message)
        .filter(message -> message.sequence() > position)
        .findFirst();
  }

  /** Whether its machine has begun to follow this session of the phone, and has more to follow. */
  boolean isUnderWay() {
    boolean more = link.on || after(progress.checkpoint).isPresent();
    return more && bootOf(stream.last).filter(b -> b.sequence() <= progress.replayed).isPresent();
  }

  /** The boot that a message of this sequence number belongs to, as far as it is remembered. */
  private Optional<BootMark> bootOf(long sequence) {
    BootMark found = null;
    for (BootMark mark : stream.boots) {
      if (mark.sequence() <= sequence) {
        found = mark;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Whether a message with a known sequence number is the one that was accepted under it. */
  boolean isResent(SyncMessage message) {
    return message.sequence() <= stream.last
        && bootOf(message.sequence()).map(boot -> boot.bootId() == bootId(message)).orElse(true);
  }

  /** Whether a message's boot is the one that goes on. */
  boolean isOfThisBoot(SyncMessage message) {
    return stream.sessionOn
        && bootOf(stream.last).map(boot -> boot.bootId() == bootId(message)).orElse(false);
  }

  private static long bootId(SyncMessage message) {
    if (message instanceof Boot boot) {
      return boot.bootId();
    } else if (message instanceof Batch batch) {
      return batch.bootId();
    } else {
      return ((Shutdown) message).bootId();
    }
  }
}
