package org.phonemirror.core.mirror;

import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.subscriber.Impu;

/** What the server's log says of one mirror. */
final class MirrorLog {
  private final ActorContext<MirrorCommand> context;
  private final Impu subscriber;

  MirrorLog(ActorContext<MirrorCommand> context, Impu subscriber) {
    this.context = context;
    this.subscriber = subscriber;
  }

  void debug(String what, Object... arguments) {
    context.getLog().debug(subscriber + ": " + what, arguments);
  }

  void info(String what, Object... arguments) {
    context.getLog().info(subscriber + ": " + what, arguments);
  }

  void warn(String what, Object... arguments) {
    context.getLog().warn(subscriber + ": " + what, arguments);
  }

  /** How a replay has diverged, and what it has repaired. */
  void replayed(MirrorCommand.Done done) {
    long sequence = done.message().sequence();
    RepairCounts counts = done.counts();
    counts
        .diverged()
        .keySet()
        .forEach(cause -> warn("diverged at message {}: {}", sequence, cause.label()));
    if (counts.files() > 0) {
      info("{} files repaired by {} bytes", counts.files(), counts.bytes());
    }
    done.otherSoftware()
        .ifPresent(
            other ->
                warn(
                    "phone runs software {}, of which there is no template: the mirror keeps {}",
                    other.phone(),
                    other.mirror()));
    done.report().map(ReplayReport::network).ifPresent(network -> replayed(network, sequence));
  }

  private void replayed(NetworkReport network, long sequence) {
    for (NetworkReport.Request request : network.unrecorded()) {
      warn("unrecorded request in message {}: {}", sequence, request);
    }
    for (NetworkReport.Flow flow : network.flows()) {
      if (flow.mismatches()) {
        warn("mirror sent other than its phone in message {}: {}", sequence, flow);
      }
    }
  }
}
