package org.phonemirror.hss.provision;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
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
    ProfileOptions profile = profile(options);
    Optional<MirrorProfile> added =
        options.command().equals("add") ? Optional.of(profile.newProfile()) : Optional.empty();
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
          provisioning.add(user, added.orElseThrow());
          out.println(user + ": mirror profile added");
        }
        case "change" -> {
          provisioning.change(user, profile);
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
  private static ProfileOptions profile(Options options) throws Failure {
    List<String> given = options.givenOfProfile();
    if (!given.isEmpty() && !options.command().matches("add|change")) {
      throw Options.usage(options.command() + " does not take " + given.get(0));
    }
    if (options.command().equals("change") && given.isEmpty()) {
      throw Options.usage(
          "change what? Give one or several of " + String.join(", ", ProfileOptions.NAMES));
    }
    return options.profile();
  }
}
