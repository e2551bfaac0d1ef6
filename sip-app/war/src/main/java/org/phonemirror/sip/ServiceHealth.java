package org.phonemirror.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.phonemirror.core.antivirus.AntivirusStats;
import org.phonemirror.core.download.DownloadStats;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.firewall.FirewallStats;
import org.phonemirror.core.upload.UploadStats;
import org.phonemirror.sip.MirrorPlane.Part;
import org.phonemirror.sip.MirrorPlane.State;

/**
 * How the services are, in words that tell an operator what to do. None of them is ever {@link
 * State#FAILED}: mirrors and signalling go on without.
 */
final class ServiceHealth {
  private ServiceHealth() {}

  /** A service, and how to look at it. */
  record Look(String name, Callable<Part> part) {}

  /** Those that there are. */
  static List<Look> looks(ServiceFigures figures) {
    List<Look> looks = new ArrayList<>();
    figures.download().ifPresent(f -> looks.add(new Look("download", () -> part(f.get()))));
    figures.upload().ifPresent(f -> looks.add(new Look("upload", () -> part(f.get()))));
    figures.antivirus().ifPresent(f -> looks.add(new Look("antivirus", () -> part(f.get()))));
    figures.firewall().ifPresent(f -> looks.add(new Look("firewall", () -> part(f.get()))));
    return looks;
  }

  /** A service that fails is no failure of the server. */
  static Part bearable(Part part) {
    return part.state() == State.FAILED
        ? new Part(part.name(), State.DEGRADED, "fails: " + part.detail() + "; see the log")
        : part;
  }

  static Part part(DownloadStats stats) {
    String counts =
        text(
            "keeps %d files of %d MB; %d orders wait, %d fetches run, %d are done, %d were tried"
                + " again; %d orders failed, %d of them by quotas",
            stats.files(),
            stats.bytes() >> 20,
            stats.waiting(),
            stats.running(),
            stats.fetched(),
            stats.retries(),
            stats.failed(),
            stats.failures().get(Reason.QUOTA));
    return new Part("download", State.OK, counts);
  }

  static Part part(UploadStats stats) {
    String counts =
        text(
            "%d orders wait for their mirror, %d recipients wait, %d are being sent to, the oldest"
                + " for %d s; %d sent, %d failed, %d cancelled, %d tried again",
            stats.awaited(),
            stats.waiting(),
            stats.sending(),
            stats.oldest().toSeconds(),
            stats.sent(),
            stats.failed(),
            stats.cancelled(),
            stats.retries());
    return stats.troubles().isEmpty()
        ? new Part("upload", State.OK, counts)
        : new Part(
            "upload",
            State.DEGRADED,
            "a relay does not take what it is given, and is tried again ("
                + line(String.join("; ", stats.troubles()))
                + "): is it up, and do its name and login in the configuration hold? "
                + counts);
  }

  static Part part(AntivirusStats stats) {
    String counts =
        text(
            "%s; %d contents wait (%d MB), %d scans are open; %d files of mirrors are infected;"
                + " scanned: %d clean, %d infected, %d failed",
            stats.signatures().orElse("no signatures known yet"),
            stats.queued(),
            stats.queuedBytes() >> 20,
            stats.openScans(),
            stats.findings(),
            stats.clean(),
            stats.infected(),
            stats.failed());
    return stats
        .outage()
        .map(
            why ->
                new Part(
                    "antivirus",
                    State.DEGRADED,
                    "nothing is scanned ("
                        + line(why)
                        + "): start or mend clamd, and what waits is scanned; "
                        + counts))
        .orElseGet(() -> new Part("antivirus", State.OK, counts));
  }

  static Part part(FirewallStats stats) {
    String counts =
        text(
            "%d rules of %d subscribers; %d alerts, %d of them not told; %d blocks%s; %d flows,"
                + " %d not looked at",
            stats.rules(),
            stats.subscribers(),
            stats.alerts(),
            stats.alertsFailed(),
            stats.blocks(),
            stats.enforced() ? "" : " (no node is configured that blocks: the log names them)",
            stats.flows(),
            stats.missed());
    return stats
        .enforcementFailure()
        .map(
            why ->
                new Part(
                    "firewall",
                    State.DEGRADED,
                    "blocks are not enforced ("
                        + line(why)
                        + "): does the command of firewall.nft work, by hand? "
                        + counts))
        .orElseGet(() -> new Part("firewall", State.OK, counts));
  }

  /** What others say must not look like further parts. */
  private static String line(String foreign) {
    return foreign.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
