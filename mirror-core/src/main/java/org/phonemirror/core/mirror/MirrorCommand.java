package org.phonemirror.core.mirror;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.placement.MachineMeter;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncMessage;

/** What a {@link Mirror} is told. */
sealed interface MirrorCommand {
  /** Signalling: the phone is registered. */
  record PhoneOn() implements MirrorCommand {}

  /** Signalling: the phone is not registered any more. */
  record PhoneOff() implements MirrorCommand {}

  /** A message of the phone, authenticated. */
  record Accept(SyncMessage message, byte[] encoded, ActorRef<Acknowledgement> replyTo)
      implements MirrorCommand {}

  /** The subscriber's profile was looked up or has changed; empty means no mirror. */
  record ProfileKnown(Optional<MirrorProfile> profile) implements MirrorCommand {}

  /** A phone whose profile is known may have its key. */
  record TurnOn() implements MirrorCommand {}

  /** The subscriber's profile can't be looked up now. */
  record ProfileUnknown(Throwable cause) implements MirrorCommand {}

  /** The phone is to be told this; the answer comes when that is durable. */
  record Tell(Notice notice, ActorRef<org.apache.pekko.Done> replyTo) implements MirrorCommand {}

  /** Asks for the status. */
  record Report(ActorRef<MirrorStatus> replyTo) implements MirrorCommand {}

  /** Saves what can be saved and ends, with the server. */
  record Stop() implements MirrorCommand {}

  /** Time to look whether there is something to do. */
  record Look() implements MirrorCommand {}

  /** Time to look the profile up again. */
  record LookUp() implements MirrorCommand {}

  /** Time to send the settings again. */
  record SendSettings() implements MirrorCommand {}

  /** The settings message went out or did not. */
  record SettingsSent(Optional<Throwable> failure) implements MirrorCommand {}

  /** Work with the machine has come to an end. */
  record Finished(Object task, MirrorCommand outcome) implements MirrorCommand {}

  /** The server has better use for the machine's memory, if there is nothing to do for it. */
  record Hibernate() implements MirrorCommand {}

  /** The machine was started from a checkpoint. */
  record Started(MachineMeter machine, Checkpoint from) implements MirrorCommand {}

  /**
   * The machine has replayed a message.
   *
   * @param message that it replayed
   * @param report how an interval's replay went; none of a boot or a shutdown
   * @param comparison of the storages, after repair; none after a boot
   * @param counts what the interval adds
   * @param beyondRepair how many paths differ that are left so
   * @param asks what to ask the phone from now on; empty if that has not changed
   * @param notices of orders that no service could take
   * @param otherSoftware after a boot: whether the phone has another version than the mirror
   */
  record Done(
      SyncMessage message,
      Optional<ReplayReport> report,
      Optional<Comparison> comparison,
      RepairCounts counts,
      int beyondRepair,
      Optional<List<Ask>> asks,
      List<Notice> notices,
      Optional<OtherSoftware> otherSoftware)
      implements MirrorCommand {
    /** After a boot, which is not compared. */
    static Done of(Boot message, Optional<OtherSoftware> otherSoftware) {
      return new Done(
          message,
          Optional.empty(),
          Optional.empty(),
          RepairCounts.NONE,
          0,
          Optional.empty(),
          List.of(),
          otherSoftware);
    }
  }

  /** The machine's state was saved. */
  record Saved(Checkpoint checkpoint) implements MirrorCommand {}

  /** The machine's state could not be saved; the machine is as it was. */
  record NotSaved(Throwable cause) implements MirrorCommand {}

  /** The machine is closed, and its state saved; the position if that was not saved before. */
  record Rested(Optional<Long> saved) implements MirrorCommand {}

  /** Messages that the journal had, consecutive. */
  record Read(List<SyncMessage> messages) implements MirrorCommand {}

  /**
   * Asks how it goes to build the mirror again, from its base and the journal.
   *
   * @param order whether to begin with it
   */
  record Rebuild(boolean order, ActorRef<RebuildStatus> replyTo) implements MirrorCommand {}

  /** All its checkpoints are forgotten but this. */
  record Rewound(Checkpoint base) implements MirrorCommand {}

  /** All state of the machine was deleted. */
  record Removed() implements MirrorCommand {}

  /** The machine could not do what it was asked. */
  record Broken(Throwable cause) implements MirrorCommand {}
}
