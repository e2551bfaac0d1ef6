package org.phonemirror.hss.provision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.ProfileDocument;

/**
 * What the command line says of a profile; a profile is what was there with that put into it.
 *
 * @param model names the factory template
 * @param interval t_syn_int
 * @param repairBudget in bytes
 * @param services what the options change of the policies
 */
record ProfileOptions(
    Optional<String> model,
    Optional<Duration> interval,
    Optional<Integer> repairBudget,
    Services services) {
  /** The options, in the order of the usage. */
  static final List<String> NAMES =
      List.of(
          "--model",
          "--interval",
          "--repair-budget",
          "--download-quota",
          "--download-keep",
          "--download-at-once",
          "--upload",
          "--upload-threshold",
          "--antivirus",
          "--firewall");

  private static final String DECIMAL = "0|[1-9][0-9]{0,17}";

  /** What the options change of the policies. */
  record Services(
      Optional<Long> downloadQuota,
      Optional<Duration> downloadKeep,
      Optional<Boolean> downloadAtOnce,
      Optional<Boolean> upload,
      Optional<Long> uploadThreshold,
      Optional<Boolean> antivirus,
      Optional<ServicePolicies.Firewall> firewall) {
    ServicePolicies applyTo(ServicePolicies old) {
      ServicePolicies.Download download = old.download();
      ServicePolicies.Upload relay = old.upload();
      return new ServicePolicies(
          new ServicePolicies.Download(
              downloadQuota.orElse(download.quotaBytes()),
              downloadKeep.orElse(download.keep()),
              downloadAtOnce.orElse(download.atOnce())),
          new ServicePolicies.Upload(
              upload.orElse(relay.allowed()), uploadThreshold.orElse(relay.thresholdBytes())),
          new ServicePolicies.Antivirus(antivirus.orElse(old.antivirus().automatic())),
          firewall.orElse(old.firewall()));
    }
  }

  static ProfileOptions of(Map<String, String> values) throws Failure {
    Reader options = new Reader(values);
    return new ProfileOptions(
        options.text("--model"),
        options.duration("--interval"),
        options.budget("--repair-budget"),
        new Services(
            options.bytes("--download-quota"),
            options.duration("--download-keep"),
            options.yesOrNo("--download-at-once"),
            options.yesOrNo("--upload"),
            options.bytes("--upload-threshold"),
            options.yesOrNo("--antivirus"),
            options.firewall("--firewall")));
  }

  /** A new profile. */
  MirrorProfile newProfile() throws Failure {
    if (model.isEmpty() || interval.isEmpty()) {
      throw Options.usage("add needs --model and --interval");
    }
    try {
      return applyTo(new MirrorProfile(model.get(), interval.get()));
    } catch (IllegalArgumentException e) {
      throw Options.usage(e.getMessage());
    }
  }

  /**
   * A profile with this put into it.
   *
   * @throws IllegalArgumentException if that can't be one
   */
  MirrorProfile applyTo(MirrorProfile old) {
    return new MirrorProfile(
        model.orElse(old.phoneModel()),
        interval.orElse(old.syncInterval()),
        repairBudget.orElse(old.repairBudget()),
        services.applyTo(old.services()));
  }

  /** Values of options as what they stand for. */
  private record Reader(Map<String, String> values) {
    Optional<String> text(String option) {
      return Optional.ofNullable(values.get(option));
    }

    Optional<Duration> duration(String option) throws Failure {
      Optional<String> text = text(option);
      try {
        return text.map(Duration::parse);
      } catch (DateTimeParseException e) {
        throw Options.usage(option + " is '" + text.orElse("") + "', must be like PT10S or P7D");
      }
    }

    Optional<Integer> budget(String option) throws Failure {
      Optional<String> text = text(option);
      if (text.isPresent() && !text.get().matches("[1-9][0-9]{0,8}")) {
        throw Options.usage(option + " is '" + text.get() + "', must be a number of bytes");
      }
      return text.map(Integer::valueOf);
    }

    Optional<Long> bytes(String option) throws Failure {
      Optional<String> text = text(option);
      if (text.isPresent() && !text.get().matches(DECIMAL)) {
        throw Options.usage(option + " is '" + text.get() + "', must be a number of bytes");
      }
      return text.map(Long::valueOf);
    }

    Optional<Boolean> yesOrNo(String option) throws Failure {
      Optional<String> text = text(option);
      if (text.isPresent() && !text.get().matches("yes|no")) {
        throw Options.usage(option + " is '" + text.get() + "', must be yes or no");
      }
      return text.map("yes"::equals);
    }

    Optional<ServicePolicies.Firewall> firewall(String option) throws Failure {
      Optional<String> file = text(option);
      if (file.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(ProfileDocument.parseFirewall(Files.readString(Path.of(file.get()))));
      } catch (MalformedDocumentException e) {
        throw Options.usage(option + " " + file.get() + ": " + e.getMessage());
      } catch (IOException e) {
        throw Options.usage(option + " " + file.get() + " cannot be read: " + e);
      }
    }
  }
}
