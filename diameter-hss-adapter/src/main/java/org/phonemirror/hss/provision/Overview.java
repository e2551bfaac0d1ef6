package org.phonemirror.hss.provision;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorCondition;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.hss.criteria.Advice;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.ProfileDocument;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.profile.StatusDocument;
import org.phonemirror.hss.sh.ShClient;
import org.phonemirror.hss.sh.UserIdentity;

/** Shows all that the network knows of a subscriber's mirror. */
final class Overview {
  private final ShClient client;
  private final PrintStream out;

  Overview(ShClient client, PrintStream out) {
    this.client = client;
    this.out = out;
  }

  /** What the HSS refuses to tell is shown with its reason; the rest goes on. */
  void show(Impu user, Optional<RepositoryData> data, Optional<String> serverName)
      throws InterruptedException {
    line("subscriber", user.uri());
    UserIdentity key = new UserIdentity.Public(user);
    ask("identities", client.publicIdentities(key), d -> list(d.publicIdentities()));
    ask("MSISDN", client.msisdns(key), d -> list(d.msisdns()));
    ask("state", client.userState(user), d -> d.userState().map(Object::toString).orElse("?"));
    ask("S-CSCF", client.servingCscf(user), d -> d.servingCscf().orElse("none"));
    line("profile", data.map(Overview::profile).orElse("none: the subscriber has no mirror"));
    data.flatMap(Overview::readable).ifPresent(profile -> line("services", services(profile)));
    status(user);
    if (serverName.isEmpty()) {
      line("criteria", "not looked at: give --server-name, as sip.uri has it");
    } else {
      ask("criteria", client.criteria(user, serverName.get()), d -> advice(d, serverName.get()));
    }
  }

  private void status(Impu user) throws InterruptedException {
    String text;
    try {
      Optional<String> document =
          Network.answer(client.status(user)).flatMap(RepositoryData::serviceData);
      text = document.isEmpty() ? "none written by a mirror server" : status(document.get());
    } catch (Failure e) {
      text = "not to be had: " + e.getMessage();
    }
    line("mirror", text);
  }

  private static String status(String document) {
    try {
      MirrorCondition condition = StatusDocument.parse(document);
      return condition.phase().name().toLowerCase(Locale.ROOT)
          + " since "
          + condition.since()
          + ", "
          + condition.phoneModel()
          + (condition.failure().isEmpty() ? "" : "\n! " + condition.failure());
    } catch (MalformedDocumentException e) {
      return "not valid: " + e.getMessage();
    }
  }

  /** The policies of a profile whose faults are told elsewhere. */
  private static Optional<ServicePolicies> readable(RepositoryData data) {
    try {
      return Optional.of(ProfileDocument.parse(data.serviceData().orElse("")).services());
    } catch (MalformedDocumentException e) {
      return Optional.empty();
    }
  }

  private static String profile(RepositoryData data) {
    String number = " (sequence number " + data.sequenceNumber() + ")";
    try {
      MirrorProfile profile = ProfileDocument.parse(data.serviceData().orElse(""));
      return profile.phoneModel()
          + ", every "
          + profile.syncInterval()
          + ", repair by up to "
          + profile.repairBudget()
          + " bytes"
          + number;
    } catch (MalformedDocumentException e) {
      return "not valid: " + e.getMessage() + number + "\nremove it, then add it anew";
    }
  }

  private static String services(ServicePolicies services) {
    ServicePolicies.Download download = services.download();
    ServicePolicies.Upload upload = services.upload();
    StringBuilder text = new StringBuilder();
    text.append("downloads of up to ").append(download.quotaBytes()).append(" bytes for ");
    text.append(download.keep()).append(download.atOnce() ? ", told at once" : "");
    text.append("\nuploads ");
    text.append(
        upload.allowed() ? "of " + upload.thresholdBytes() + " bytes and more" : "not allowed");
    text.append("\nscans ");
    text.append(services.antivirus().automatic() ? "of what changes" : "when asked for");
    text.append(services.firewall().rules().isEmpty() ? "\nfirewall without rules" : "\nfirewall");
    services.firewall().rules().forEach(rule -> text.append("\n- ").append(rule.summary()));
    return text.toString();
  }

  private static String advice(ImsData data, String serverName) {
    Advice advice = Advice.on(data.criteria(), serverName);
    StringBuilder text = new StringBuilder();
    text.append(advice.isGood() ? "all there for " : "NOT as the mirror needs them for ");
    text.append(serverName);
    advice.faults().forEach(fault -> text.append("\n! ").append(fault));
    advice.notes().forEach(note -> text.append("\n- ").append(note));
    return text.toString();
  }

  private void ask(String name, CompletionStage<ImsData> asked, Function<ImsData, String> shown)
      throws InterruptedException {
    String text;
    try {
      text = shown.apply(Network.answer(asked));
    } catch (Failure e) {
      text = "not to be had: " + e.getMessage();
    }
    line(name, text);
  }

  private static String list(List<String> values) {
    return values.isEmpty() ? "none" : String.join(", ", values);
  }

  private void line(String name, String text) {
    out.printf("%-11s %s%n", name, text.replace("\n", "\n            "));
  }
}
