package org.phonemirror.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.Mirrors;
import org.phonemirror.core.mms.CountingPolicy;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerStats;
import org.phonemirror.core.traffic.TrafficMonitor;
import org.phonemirror.core.traffic.TrafficStats;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.sip.MirrorPlane.Part;
import org.phonemirror.sip.MirrorPlane.State;
import org.phonemirror.sip.config.MirrorConfig;

/** How the parts of the mirror plane are, in words that tell an operator what to do. */
final class MirrorHealth implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /** Monitors may ask for the health often; each write to the journal is synced to its disk. */
  private static final Duration KEEP_JOURNAL = Duration.ofSeconds(5);

  private static final Duration KEEP = Duration.ofMillis(100);
  private static final int STATUS_SECONDS = 20;
  private static final int IDLE_SECONDS = 5;
  private static final long LITTLE_SPACE = 1L << 30;

  private final MirrorConfig config;
  private final Mirrors mirrors;
  private final ShProfileSource profiles;
  private final SyncServer sync;

  /**
   * Threads of its own: what is asked leaves marks on them. A probe has one task at a time, so
   * there are no more than probes; and those that nobody needs are soon gone.
   */
  private final ExecutorService executor =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> new Thread(task, "mirror-health"));

  private final List<Probe> probes;
  private final List<Probe> services;

  /**
   * Of these parts.
   *
   * @param messages what MMS relays have asked; empty if none can
   * @param traffic records the network's side; empty if nobody does
   * @param services those that there are
   */
  MirrorHealth(
      MirrorConfig config,
      Mirrors mirrors,
      ShProfileSource profiles,
      SyncServer sync,
      Optional<CountingPolicy> messages,
      Optional<TrafficMonitor> traffic,
      ServiceFigures services) {
    this.config = config;
    this.mirrors = mirrors;
    this.profiles = profiles;
    this.sync = sync;
    List<Probe> all = new ArrayList<>();
    all.add(new Probe("mirrors", this::mirrors, executor, KEEP));
    all.add(new Probe("diameter", this::diameter, executor, KEEP));
    all.add(new Probe("sync", this::sync, executor, KEEP));
    all.add(new Probe("journal", this::journal, executor, KEEP_JOURNAL));
    messages.ifPresent(counts -> all.add(new Probe("mm10", () -> mm10(counts), executor, KEEP)));
    traffic.ifPresent(t -> all.add(new Probe("traffic", () -> traffic(t), executor, KEEP)));
    this.probes = List.copyOf(all);
    this.services =
        ServiceHealth.looks(services).stream()
            .map(look -> new Probe(look.name(), look.part(), executor, KEEP))
            .toList();
  }

  /** All of them; takes little more than a second. */
  List<Part> parts() {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    probes.forEach(Probe::begin);
    services.forEach(Probe::begin);
    return Stream.concat(
            probes.stream().map(probe -> probe.part(deadline)),
            services.stream().map(probe -> ServiceHealth.bearable(probe.part(deadline))))
        .toList();
  }

  private Part mirrors() throws InterruptedException {
    List<MirrorStatus> all;
    try {
      all = mirrors.status().toCompletableFuture().get(STATUS_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return new Part("mirrors", State.DEGRADED, "one or more do not answer: see the log");
    }
    Map<MirrorStatus.Phase, Integer> phases = new EnumMap<>(MirrorStatus.Phase.class);
    all.forEach(mirror -> phases.merge(mirror.phase(), 1, Integer::sum));
    phases.remove(MirrorStatus.Phase.ABSENT);
    StringJoiner counts = new StringJoiner(", ").setEmptyValue("none yet");
    phases.forEach((phase, n) -> counts.add(n + " " + phase.name().toLowerCase(Locale.ROOT)));
    if (phases.containsKey(MirrorStatus.Phase.FAILED)) {
      return new Part("mirrors", State.DEGRADED, counts + ": /mirrors tells why each failed");
    } else if (phases.containsKey(MirrorStatus.Phase.REFUSED)) {
      return new Part(
          "mirrors", State.DEGRADED, counts + ": /mirrors tells what there is no room of");
    }
    return new Part("mirrors", State.OK, counts.toString());
  }

  private Part diameter() {
    MirrorConfig.Diameter diameter = config.diameter();
    String peer =
        diameter.peerHost()
            + " at "
            + diameter.peer().getHostString()
            + ":"
            + diameter.peer().getPort();
    return profiles.isConnected()
        ? new Part("diameter", State.OK, "connected to " + peer)
        : new Part(
            "diameter",
            State.DEGRADED,
            "no connection to "
                + peer
                + ": mirrors go on, but nobody gets a new one. Is it reached from here, and does it"
                + " know "
                + diameter.host()
                + "?");
  }

  private Part sync() {
    SyncServerStats stats = sync.stats();
    String counts =
        String.format(
            Locale.ROOT,
            "; messages: %d taken, %d refused, %d malformed, %d turned away, %d waiting;"
                + " handshakes: %d, and %d failed",
            stats.accepted(),
            stats.refused(),
            stats.malformed(),
            stats.unavailable(),
            stats.inFlight(),
            stats.handshakes(),
            stats.failedHandshakes());
    return sync.isListening()
        ? new Part("sync", State.OK, "listens at " + show(sync) + counts)
        : new Part(
            "sync",
            State.FAILED,
            "does not listen at " + show(sync) + " any more: restart the server" + counts);
  }

  private static String show(SyncServer sync) {
    return sync.address().getAddress().getHostAddress() + ":" + sync.address().getPort();
  }

  private static Part traffic(TrafficMonitor monitor) {
    TrafficStats stats = monitor.stats();
    return new Part(
        "traffic",
        State.OK,
        String.format(
            Locale.ROOT,
            "listens at %s; %d packets, %d connections and %d exchanges, %d holes in the copy,"
                + " %d packets not read",
            monitor.gtpUser().getAddress().getHostAddress(),
            stats.packets(),
            stats.connections(),
            stats.exchanges(),
            stats.holes(),
            stats.discarded().values().stream().mapToLong(Long::longValue).sum()));
  }

  private static Part mm10(CountingPolicy messages) {
    String counts = messages.submitted() + " messages sent, " + messages.delivered() + " received";
    return new Part("mm10", State.OK, counts);
  }

  private Part journal() throws IOException {
    Path directory = config.stateDirectory();
    long start = System.nanoTime();
    try {
      mirrors.checkJournal();
    } catch (IOException e) {
      return new Part(
          "journal",
          State.FAILED,
          "cannot be written in "
              + directory
              + " ("
              + e.getMessage()
              + "): nothing that phones send is taken. Make room or mend the disk");
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    long space = Files.getFileStore(directory).getUsableSpace();
    String told =
        String.format(
            Locale.ROOT,
            "written and synced in %d ms, %d MB free in %s",
            millis,
            space >> 20,
            directory);
    return space < LITTLE_SPACE
        ? new Part("journal", State.DEGRADED, told + ": make room, or phones will be refused")
        : new Part("journal", State.OK, told);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
