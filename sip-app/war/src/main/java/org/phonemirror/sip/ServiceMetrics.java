package org.phonemirror.sip;

import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.phonemirror.core.antivirus.AntivirusStats;
import org.phonemirror.core.download.DownloadStats;
import org.phonemirror.core.firewall.FirewallStats;
import org.phonemirror.core.upload.UploadStats;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures of the services, for Prometheus. Labels are words of the program, never names of users.
 */
final class ServiceMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceMetrics.class);

  private ServiceMetrics() {}

  /** Those of the services that there are, and that can be read. */
  static String format(ServiceFigures figures) {
    Exposition out = new Exposition();
    add(out, figures.download(), ServiceMetrics::download);
    add(out, figures.upload(), ServiceMetrics::upload);
    add(out, figures.antivirus(), ServiceMetrics::antivirus);
    add(out, figures.firewall(), ServiceMetrics::firewall);
    return out.toString();
  }

  private static <T> void add(
      Exposition out, Optional<Supplier<T>> service, BiConsumer<Exposition, T> writer) {
    try {
      service.map(Supplier::get).ifPresent(stats -> writer.accept(out, stats));
    } catch (UncheckedIOException e) {
      LOG.warn("a service's figures are left out", e);
    }
  }

  private static void download(Exposition out, DownloadStats stats) {
    out.gauge("download_files", "Contents that the download cache keeps.", stats.files());
    out.gauge("download_bytes", "Bytes of them.", stats.bytes());
    out.gauge("download_orders_waiting", "Orders without a file yet.", stats.waiting());
    out.gauge("download_fetches_running", "Fetches under way.", stats.running());
    out.counter("download_fetched_total", "Files that were fetched.", stats.fetched());
    out.counter("download_retries_total", "Fetches to be tried again.", stats.retries());
    out.head("download_failures_total", Exposition.COUNTER, "Orders that failed, by reason.");
    new TreeMap<>(stats.failures())
        .forEach(
            (reason, count) ->
                out.sample("download_failures_total{reason=\"" + reason.word() + "\"}", count));
  }

  private static void upload(Exposition out, UploadStats stats) {
    out.gauge("upload_orders_awaiting_file", "Orders that wait for the mirror.", stats.awaited());
    out.head("upload_recipients", Exposition.GAUGE, "Recipients that a file is to be sent to.")
        .sample("upload_recipients{state=\"waiting\"}", stats.waiting())
        .sample("upload_recipients{state=\"sending\"}", stats.sending());
    out.gauge("upload_oldest_seconds", "Age of the oldest open order.", stats.oldest().toSeconds());
    out.gauge("upload_files", "Contents on their way.", stats.files());
    out.gauge("upload_bytes", "Bytes of them.", stats.bytes());
    out.gauge(
        "upload_relays_in_trouble",
        "Relays of the operator that did not take what they were given last.",
        stats.troubles().size());
    out.head("upload_recipients_total", Exposition.COUNTER, "Recipients, by how it ended.")
        .sample("upload_recipients_total{result=\"sent\"}", stats.sent())
        .sample("upload_recipients_total{result=\"failed\"}", stats.failed())
        .sample("upload_recipients_total{result=\"cancelled\"}", stats.cancelled());
    out.counter("upload_retries_total", "Sendings to be tried again.", stats.retries());
  }

  private static void antivirus(Exposition out, AntivirusStats stats) {
    out.gauge(
        "antivirus_up", "Whether clamd can be worked with.", stats.outage().isEmpty() ? 1 : 0);
    out.gauge("antivirus_queue", "Contents that wait for clamd.", stats.queued());
    out.gauge("antivirus_queue_bytes", "Bytes of them.", stats.queuedBytes());
    out.gauge("antivirus_scans_open", "Orders that are not answered.", stats.openScans());
    out.gauge("antivirus_findings", "Infected files on mirrors.", stats.findings());
    out.head("antivirus_contents_total", Exposition.COUNTER, "Contents that were scanned.")
        .sample("antivirus_contents_total{verdict=\"clean\"}", stats.clean())
        .sample("antivirus_contents_total{verdict=\"infected\"}", stats.infected())
        .sample("antivirus_contents_total{verdict=\"failed\"}", stats.failed());
  }

  private static void firewall(Exposition out, FirewallStats stats) {
    out.gauge("firewall_subscribers", "Subscribers that have rules.", stats.subscribers());
    out.gauge("firewall_rules", "Rules of them.", stats.rules());
    out.gauge("firewall_blocks", "Destinations that should be blocked now.", stats.blocks());
    out.gauge(
        "firewall_enforcement_up",
        "Whether a node blocks them.",
        stats.enforced() && stats.enforcementFailure().isEmpty() ? 1 : 0);
    out.counter("firewall_flows_total", "Flows that were looked at.", stats.flows());
    out.counter("firewall_missed_total", "Flows and contents that were not.", stats.missed());
    out.counter("firewall_malware_total", "Downloads that were malware.", stats.malware());
    out.head("firewall_matches_total", Exposition.COUNTER, "Matches of rules, by their action.");
    new TreeMap<>(stats.matched())
        .forEach(
            (action, count) ->
                out.sample(
                    "firewall_matches_total{action=\""
                        + action.name().toLowerCase(Locale.ROOT)
                        + "\"}",
                    count));
    out.counter("firewall_alerts_total", "Notices to phones.", stats.alerts());
    out.counter("firewall_alerts_failed_total", "Those not taken.", stats.alertsFailed());
    out.counter("firewall_blocks_refused_total", "Blocks without room.", stats.blocksRefused());
    out.counter(
        "firewall_enforcement_failures_total",
        "Failures of the node that blocks.",
        stats.enforcementFailures());
  }
}
