package org.phonemirror.core.mirror;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.machine.ReplayReport;

/** What a replay has shown that an operator may want to look at, a line each. */
final class ReplayFindings {
  private ReplayFindings() {}

  static List<String> of(MirrorCommand.Done done) {
    long position = done.message().sequence();
    List<String> findings = new ArrayList<>();
    done.counts()
        .diverged()
        .keySet()
        .forEach(cause -> findings.add("diverged at message " + position + ": " + cause.label()));
    done.report()
        .map(ReplayReport::network)
        .ifPresent(network -> findings.addAll(of(position, network)));
    return findings;
  }

  private static List<String> of(long position, NetworkReport network) {
    List<String> findings = new ArrayList<>();
    for (NetworkReport.Request request : network.unrecorded()) {
      findings.add("unrecorded request in message " + position + ": " + request);
    }
    for (NetworkReport.Flow flow : network.flows()) {
      if (flow.mismatches()) {
        findings.add("mirror sent other than its phone in message " + position + ": " + flow);
      }
    }
    return findings;
  }
}
