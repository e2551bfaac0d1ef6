package org.phonemirror.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.client.channel.Link;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.input.EvdevSource;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.client.spool.Spool;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Syn-Client of the reference phone: a process that the phone's supervisor controls by lines.
 *
 * <p>Says {@code READY} once every input event is recorded. While the phone is copied to its
 * mirror, it says {@code FREEZE}, {@code COPIED <percent>} and {@code THAW}: between the first and
 * the last the supervisor keeps input from the user's programs. Takes {@code SESSION <us>} and
 * {@code SHUTDOWN <us>} (microseconds since the epoch), {@code SETTINGS <Base64 of the settings>},
 * {@code INTERVAL <ISO 8601 duration>}, and {@code LINK UMTS} or {@code LINK OTHER}, which holds
 * from the next message on. After a shutdown it says {@code FLUSHED}, when the server has
 * everything or after 8 s, and exits; what was not sent is sent after the next start. Everything
 * else that it has to say goes to the standard error.
 */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final long FLUSH_SECONDS = 8;

  private final SynClient client;
  private final SettingsFile settingsFile;
  private final Path orders;
  private final AtomicReference<Link> link;
  private Optional<Spool> spool = Optional.empty();

  private Main(
      SynClient client, SettingsFile settingsFile, Path orders, AtomicReference<Link> link) {
    this.client = client;
    this.settingsFile = settingsFile;
    this.orders = orders;
    this.link = link;
  }

  /**
   * Runs until the shutdown, or the end of the standard input.
   *
   * @param args user storage, state directory, phone model, input device directory, and, if it is
   *     not {@code /sys/class/input}, the directory that tells the devices' names. Orders of the
   *     phone's commands are taken from {@code /run/mirror-orders}, or from where the environment's
   *     {@code MIRROR_ORDERS} says
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 4 || args.length > 5) {
      System.err.println(
          "usage: syn-client USER_STORAGE STATE_DIRECTORY MODEL /dev/input [/sys/class/input]");
      System.exit(2);
    }
    Path state = Paths.get(args[1]);
    Path sys = Paths.get(args.length > 4 ? args[4] : "/sys/class/input");
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    MessageQueue queue = MessageQueue.open(state, QueueLimits.DEFAULT);
    SynClientConfig config =
        SynClientConfig.of(args[2], Paths.get(args[0]), state.resolve("rejected"));
    AtomicReference<Link> link = new AtomicReference<>(Link.OTHER);
    boolean shutDown;
    try (SynClient client =
            new SynClient(
                config,
                PhoneClock.system(),
                queue,
                settings ->
                    new CoapChannel(
                        settings, CoapTiming.DEFAULT, new BlockRule(link::get, System::nanoTime)),
                new Log(out));
        EvdevSource source =
            EvdevSource.open(Paths.get(args[3]), sys, EvdevSource.REFERENCE_PHONE)) {
      source.start(client.input());
      out.println("READY");
      Main main = new Main(client, new SettingsFile(state.resolve("settings")), orders(), link);
      main.loadSettings();
      shutDown = main.run(in);
    }
    if (shutDown) {
      // last, so that no file is open any more when the supervisor unmounts
      out.println("FLUSHED");
    }
  }

  private static Path orders() {
    return Paths.get(System.getenv().getOrDefault("MIRROR_ORDERS", "/run/mirror-orders"));
  }

  private void loadSettings() {
    try {
      settingsFile.load().ifPresent(client::settings);
    } catch (IOException e) {
      LOG.warn("no settings until new ones come: {}", e.getMessage());
    }
  }

  /** Obeys control lines; true when the last was a shutdown, false when there are no more. */
  private boolean run(BufferedReader in) throws IOException, InterruptedException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int space = line.indexOf(' ');
      String word = space < 0 ? line : line.substring(0, space);
      String rest = space < 0 ? "" : line.substring(space + 1).trim();
      try {
        switch (word) {
          case "SESSION" -> begin(Long.parseLong(rest));
          case "INTERVAL" -> client.interval(interval(rest));
          case "LINK" -> link.set(link(rest));
          case "SETTINGS" -> settings(rest);
          case "SHUTDOWN" -> {
            shutDown(Long.parseLong(rest));
            return true;
          }
          default -> LOG.warn("control line '{}' is not known", word);
        }
      } catch (IllegalArgumentException | IllegalStateException | DateTimeParseException e) {
        LOG.warn("control line {} can't be obeyed: {}", word, e.getMessage());
      }
    }
    return false;
  }

  private void begin(long startMicros) {
    client.sessionStarted(startMicros);
    if (Files.isDirectory(orders)) {
      spool = Optional.of(Spool.watch(orders, client.services()));
    }
  }

  private static Duration interval(String text) {
    Duration interval = Duration.parse(text);
    long micros = interval.toNanos() / 1000;
    if (micros < Limits.MIN_INTERVAL_MICROS || micros > Limits.MAX_INTERVAL_MICROS) {
      throw new IllegalArgumentException("interval " + text + " must be from PT1S to PT24H");
    }
    return interval;
  }

  static Link link(String name) {
    return switch (name) {
      case "UMTS" -> Link.UMTS;
      case "OTHER" -> Link.OTHER;
      default -> throw new IllegalArgumentException("link '" + name + "' must be UMTS or OTHER");
    };
  }

  private void settings(String base64) throws IOException {
    byte[] text = Base64.getDecoder().decode(base64);
    SyncSettings settings = SyncSettings.parse(new String(text, StandardCharsets.UTF_8));
    client.settings(settings);
    settingsFile.save(settings);
  }

  private void shutDown(long endMicros) throws InterruptedException {
    spool.ifPresent(Spool::close); // with what was ordered last
    try {
      if (!client.shutdown(endMicros).get(FLUSH_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("no server is known; the messages stay here");
      }
    } catch (TimeoutException e) {
      LOG.warn(
          "the server has not taken everything in time; the rest is sent after the next start");
    } catch (ExecutionException e) {
      LOG.error("the session's end could not be told", e);
    }
  }

  private static final class Log implements SynClientListener {
    private final PrintStream out;
    private int told = -1;

    Log(PrintStream out) {
      this.out = out;
    }

    @Override
    public void frozen() {
      told = -1;
      out.println("FREEZE");
    }

    @Override
    public void copying(CloneProgress progress) {
      if (progress.percent() != told) {
        told = progress.percent();
        out.println("COPIED " + told);
      }
    }

    @Override
    public void thawed(boolean copied) {
      out.println("THAW");
    }

    @Override
    public void notices(List<Notice> notices) {
      for (Notice notice : notices) {
        System.err.println("notice " + notice.topic() + ": " + notice.text());
      }
    }

    @Override
    public void warning(String text) {
      LOG.warn("{}", text);
    }
  }
}
