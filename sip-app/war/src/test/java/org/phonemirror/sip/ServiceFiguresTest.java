package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.antivirus.AntivirusStats;
import org.phonemirror.core.download.DownloadStats;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.firewall.FirewallStats;
import org.phonemirror.core.subscriber.FirewallRule.Action;
import org.phonemirror.core.upload.UploadStats;
import org.phonemirror.sip.MirrorPlane.Part;
import org.phonemirror.sip.MirrorPlane.State;

/** What operators are told of the services. */
class ServiceFiguresTest {
  private static final DownloadStats DOWNLOAD =
      new DownloadStats(
          3,
          20L << 20,
          2,
          1,
          7,
          4,
          Map.of(Reason.QUOTA, 5L, Reason.GONE, 1L, Reason.CANCELLED, 9L));

  private static UploadStats upload(String... troubles) {
    return new UploadStats(1, 2, 3, 4, 500, 6, 7, 8, 9, Duration.ofSeconds(90), List.of(troubles));
  }

  private static AntivirusStats antivirus(Optional<String> outage) {
    return new AntivirusStats(
        outage, Optional.of("ClamAV 1.4.3/27000/x"), 2, 3L << 20, 1, 5, 60, 7, 8);
  }

  private static FirewallStats firewall(boolean enforced, Optional<String> failure) {
    return new FirewallStats(
        2, 5, 100, 1, 20, 30, 40, 3, Map.of(Action.ALERT, 4L), 6, 1, 7, enforced, 0, 2, failure);
  }

  @Test
  void metricsHaveBoundedLabels() {
    ServiceFigures figures =
        new ServiceFigures(
            Optional.of(() -> DOWNLOAD),
            Optional.of(() -> upload()),
            Optional.of(() -> antivirus(Optional.empty())),
            Optional.of(() -> firewall(true, Optional.empty())));
    String text = ServiceMetrics.format(figures);
    assertThat(text)
        .contains(
            "phonemirror_download_files 3\n",
            "phonemirror_download_bytes 20971520\n",
            "phonemirror_download_failures_total{reason=\"quota\"} 5\n",
            "phonemirror_download_failures_total{reason=\"disk-full\"} 0\n",
            "# TYPE phonemirror_upload_recipients gauge\n",
            "phonemirror_upload_recipients{state=\"sending\"} 3\n",
            "phonemirror_upload_recipients_total{result=\"sent\"} 6\n",
            "phonemirror_upload_oldest_seconds 90\n",
            "phonemirror_antivirus_up 1\n",
            "phonemirror_antivirus_contents_total{verdict=\"infected\"} 7\n",
            "phonemirror_firewall_rules 5\n",
            "phonemirror_firewall_enforcement_up 1\n",
            "phonemirror_firewall_matches_total{action=\"alert\"} 4\n");
    assertThat(text.lines())
        .allMatch(line -> line.matches("# (HELP|TYPE) \\w+ .+|\\w+(\\{\\w+=\"[a-z-]+\"})? \\d+"));
  }

  @Test
  void aServiceWhoseFiguresCannotBeReadLeavesThoseOfOthers() {
    ServiceFigures figures =
        new ServiceFigures(
            Optional.of(
                () -> {
                  throw new UncheckedIOException(new IOException("disk is gone"));
                }),
            Optional.of(() -> upload()),
            Optional.empty(),
            Optional.empty());
    assertThat(ServiceMetrics.format(figures))
        .contains("phonemirror_upload_files 4\n")
        .doesNotContain("download", "antivirus", "firewall");
    assertThat(ServiceMetrics.format(ServiceFigures.NONE)).isEmpty();
    assertThat(ServiceHealth.looks(figures))
        .extracting(ServiceHealth.Look::name)
        .containsExactly("download", "upload");
  }

  @Test
  void healthTellsCounts() {
    Part part = ServiceHealth.part(DOWNLOAD);
    assertThat(part.state()).isEqualTo(State.OK);
    assertThat(part.detail()).contains("3 files of 20 MB", "6 orders failed, 5 of them by quotas");
    assertThat(ServiceHealth.part(upload()).state()).isEqualTo(State.OK);
    assertThat(ServiceHealth.part(upload()).detail()).contains("the oldest for 90 s", "6 sent");
    assertThat(ServiceHealth.part(antivirus(Optional.empty())).detail())
        .contains("ClamAV 1.4.3/27000", "2 contents wait", "5 files of mirrors are infected");
    Part reporting = ServiceHealth.part(firewall(false, Optional.empty()));
    assertThat(reporting.state()).isEqualTo(State.OK);
    assertThat(reporting.detail()).contains("5 rules of 2", "no node is configured that blocks");
  }

  @Test
  void troubleIsToldWithWhatToDoAndIsNoFailureOfTheServer() {
    Part relay = ServiceHealth.part(upload("mail.example:587: Connection refused\nupload ok x"));
    assertThat(relay.state()).isEqualTo(State.DEGRADED);
    assertThat(relay.detail()).contains("Connection refused upload ok x", "is it up");
    Part clamd = ServiceHealth.part(antivirus(Optional.of("no such socket")));
    assertThat(clamd.state()).isEqualTo(State.DEGRADED);
    assertThat(clamd.detail()).contains("nothing is scanned (no such socket)", "2 contents wait");
    Part node = ServiceHealth.part(firewall(true, Optional.of("ssh: no route")));
    assertThat(node.state()).isEqualTo(State.DEGRADED);
    assertThat(node.detail()).contains("ssh: no route", "firewall.nft");
    Part broken = ServiceHealth.bearable(new Part("download", State.FAILED, "disk is gone"));
    assertThat(broken.state()).isEqualTo(State.DEGRADED);
    assertThat(broken.detail()).contains("disk is gone", "log");
    assertThat(ServiceHealth.bearable(relay)).isEqualTo(relay);
  }
}
