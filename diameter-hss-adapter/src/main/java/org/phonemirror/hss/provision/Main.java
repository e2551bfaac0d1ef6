package org.phonemirror.hss.provision;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.sh.ShClient;
import org.phonemirror.hss.sh.ShConfig;

/** {@code ./mirror provision}: an Sh client for people. */
public final class Main {
  private Main() {}

  /** See {@code ./mirror provision} without arguments. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(System.out, System.err, args));
  }

  /** Does what is asked; returns the exit status. */
  public static int run(PrintStream out, PrintStream err, String... args)
      throws InterruptedException {
    if (args.length == 0 || args[0].matches("help|-h|--help")) {
      (args.length == 0 ? err : out).print(Options.USAGE);
      return args.length == 0 ? 2 : 0;
    }
    try {
      run(out, Options.parse(args));
      return 0;
    } catch (Failure e) {
      err.println("provision: " + e.getMessage());
      return e.status();
    }
  }

  private static void run(PrintStream out, Options options) throws Failure, InterruptedException {
    Optional<MirrorProfile> profile = profile(options);
    ShConfig config = options.sh();
    try (ShClient client = new ShClient(config)) {
      Duration patience = options.timeout();
      if (!client.awaitConnected(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Failure(
            Failure.Kind.LATER,
            "no Diameter connection to "
                + config.peerHost()
                + " at "
                + config.peerAddress().getHostString()
                + ":"
                + config.peerAddress().getPort()
                + " within "
                + patience
                + client.failure().map(why -> "\n  " + why).orElse("")
                + "\n  is it up, is that its Origin-Host, and does it accept "
                + config.host()
                + " as a peer?");
      }
      Provisioning provisioning = new Provisioning(client, config.serviceIndication());
      Impu user = provisioning.publicIdentity(options.who());
      switch (options.command()) {
        case "add" -> {
          provisioning.add(user, profile.orElseThrow());
          out.println(user + ": mirror profile added");
        }
        case "change" -> {
          provisioning.change(user, options.model(), options.interval(), options.repairBudget());
          out.println(user + ": mirror profile changed");
        }
        case "remove" -> {
          provisioning.remove(user);
          out.println(user + ": mirror profile removed");
        }
        default ->
            new Overview(client, out).show(user, provisioning.present(user), options.serverName());
      }
    }
  }

  /** Checked before anything is asked. */
  private static Optional<MirrorProfile> profile(Options options) throws Failure {
    boolean takesProfile = options.command().matches("add|change");
    boolean given =
        options.model().isPresent()
            || options.interval().isPresent()
            || options.repairBudget().isPresent();
    if (given && !takesProfile) {
      throw Options.usage(
          options.command() + " takes neither --model nor --interval nor --repair-budget");
    }
    if (options.command().equals("change") && !given) {
      throw Options.usage("change what? Give --model, --interval, --repair-budget or several");
    }
    if (!options.command().equals("add")) {
      return Optional.empty();
    }
    if (options.model().isEmpty() || options.interval().isEmpty()) {
      throw Options.usage("add needs --model and --interval");
    }
    try {
      return Optional.of(
          new MirrorProfile(
              options.model().get(),
              options.interval().orElseThrow(),
              options.repairBudget().orElse(MirrorProfile.DEFAULT_REPAIR_BUDGET)));
    } catch (IllegalArgumentException e) {
      throw Options.usage(e.getMessage());
    }
  }
}
