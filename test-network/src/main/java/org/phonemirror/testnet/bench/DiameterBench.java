package org.phonemirror.testnet.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.Request;
import org.jdiameter.api.Session;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.NodeConfig;
import org.phonemirror.hss.sh.Sh;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.hss.sh.ShProfileSource;
import org.phonemirror.hss.sh.UserIdentity;
import org.phonemirror.testnet.hss.HssConfig;
import org.phonemirror.testnet.hss.Subscriber;
import org.phonemirror.testnet.hss.Subscribers;
import org.phonemirror.testnet.hss.TcpRelay;
import org.phonemirror.testnet.hss.TestHss;

/**
 * Sh-Pull through the adapter beside bare jDiameter, in turns against the same HSS; notifications;
 * and how long the adapter needs to be back after its connection was cut.
 */
public final class DiameterBench {
  private static final String HSS = "hss.ims.test";
  private static final String REALM = "ims.test";
  private static final String HOST = "127.8.0.41";
  private static final String HSS_HOST = "127.8.0.44";
  private static final int SUBSCRIBERS = 1_000;
  private static final int WINDOW = 50;
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final Duration RECONNECT = Duration.ofSeconds(30);

  private static final List<Impu> USERS =
      IntStream.range(0, SUBSCRIBERS)
          .mapToObj(number -> new Impu("sip:+1555" + number + "@ims.test"))
          .toList();

  private static final OperatingSystemMXBean cpu =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Requests a second, and the processor's time for each. */
  private record Rate(double perSecond, double cpuMicros) {}

  private final Map<String, Double> figures = new LinkedHashMap<>();
  private final AtomicLong notified = new AtomicLong();

  private DiameterBench() {}

  /**
   * {@code DiameterBench [FILE [FLAPS]]}: writes the figures as JSON, {@code
   * target/bench/diameter.json} and 100 flaps unless told otherwise.
   */
  public static void main(String[] args) throws Exception {
    Path file = Path.of(args.length > 0 ? args[0] : "target/bench/diameter.json");
    new DiameterBench().run(file, args.length > 1 ? Integer.parseInt(args[1]) : 100);
  }

  private void run(Path file, int flaps) throws Exception {
    InetSocketAddress address = free(HSS_HOST);
    try (TestHss hss =
            TestHss.start(
                HssConfig.of(HSS, REALM, address),
                subscribers(),
                h -> {
                  for (int i = 0; i < SUBSCRIBERS; i++) {
                    // no two documents are the same
                    h.setProfile(
                        subscriber(i),
                        new MirrorProfile("reference-" + i, Duration.ofSeconds(1 + i)));
                  }
                });
        DiameterNode bare = bareNode(address);
        ShProfileSource adapter = source("as1", address);
        ShProfileSource writer = source("as2", address)) {
      until("connections", () -> bare.isConnected(HSS) && adapter.isConnected());
      until("connection of the writer", writer::isConnected);
      pulls(bare, adapter);
      notifications(adapter, writer);
      flaps(address, flaps);
    }
    write(file);
  }

  private void pulls(DiameterNode bare, ShProfileSource adapter) throws Exception {
    IntFunction<CompletionStage<?>> through = i -> adapter.profile(subscriber(i));
    IntFunction<CompletionStage<?>> past = i -> pull(bare, subscriber(i));
    List<Double> latencies = new ArrayList<>();
    List<Rate> ours = new ArrayList<>();
    List<Rate> theirs = new ArrayList<>();
    // the first round of each warms up
    for (int round = 0; round <= ROUNDS; round++) {
      List<Double> times = new ArrayList<>();
      Rate mine = rate(through, times);
      Rate other = rate(past, new ArrayList<>());
      if (round > 0) {
        ours.add(mine);
        theirs.add(other);
        latencies.addAll(times);
      }
    }
    double rate = median(ours, Rate::perSecond);
    double bareRate = median(theirs, Rate::perSecond);
    figures.put("udr_rate", rate);
    figures.put("bare_rate", bareRate);
    figures.put("ratio", rate / bareRate);
    figures.put("p50_ms", quantile(latencies, 0.5));
    figures.put("p99_ms", quantile(latencies, 0.99));
    // what other programs on the machine do not change; with the HSS, which is in this process
    figures.put("udr_cpu_us", median(ours, Rate::cpuMicros));
    figures.put("bare_cpu_us", median(theirs, Rate::cpuMicros));
  }

  private static double median(List<Rate> rates, ToDoubleFunction<Rate> value) {
    return quantile(rates.stream().map(value::applyAsDouble).toList(), 0.5);
  }

  /** Each update by one server is told to the other. */
  private void notifications(ShProfileSource adapter, ShProfileSource writer) throws Exception {
    for (int i = 0; i < SUBSCRIBERS; i++) {
      adapter.subscribe(subscriber(i)).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    AtomicLong count = new AtomicLong();
    long before = notified.get();
    long start = System.nanoTime();
    rate(
        i ->
            writer.update(
                subscriber(i),
                Optional.of(
                    new MirrorProfile(
                        "reference-1", Duration.ofSeconds(1 + count.incrementAndGet() % 3600)))),
        new ArrayList<>());
    until("notifications", () -> notified.get() - before >= count.get());
    figures.put("pnr_rate", (notified.get() - before) * 1e9 / (System.nanoTime() - start));
  }

  private void flaps(InetSocketAddress address, int flaps) throws Exception {
    double longest = 0;
    try (TcpRelay link = new TcpRelay(free(HOST), address);
        ShProfileSource source = source("as3", link.address())) {
      until("connection over the link", source::isConnected);
      for (int i = 0; i < flaps; i++) {
        link.cut();
        long start = System.nanoTime();
        until("loss of the connection", () -> !source.isConnected());
        until("connection after flap " + i, () -> answers(source));
        longest = Math.max(longest, (System.nanoTime() - start) / 1e9);
        if ((i + 1) % 10 == 0) {
          System.out.printf(Locale.ROOT, "%d flaps, at most %.1f s%n", i + 1, longest);
        }
      }
    }
    figures.put("flaps", (double) flaps);
    figures.put("reconnect_s_max", longest);
  }

  private static boolean answers(ShProfileSource source) {
    try {
      return source.isConnected()
          && source
              .profile(subscriber(0))
              .toCompletableFuture()
              .get(5, TimeUnit.SECONDS)
              .isPresent();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Answered requests per second, with as many under way as the window takes. */
  private static Rate rate(IntFunction<CompletionStage<?>> ask, List<Double> millis)
      throws Exception {
    Semaphore window = new Semaphore(WINDOW);
    AtomicLong failed = new AtomicLong();
    List<Double> times = Collections.synchronizedList(millis);
    long start = System.nanoTime();
    long cpuBefore = cpu.getProcessCpuTime();
    int sent = 0;
    while (System.nanoTime() - start < ROUND.toNanos()) {
      window.acquire();
      long begin = System.nanoTime();
      var unused =
          ask.apply(sent++ % SUBSCRIBERS)
              .whenComplete(
                  (answer, failure) -> {
                    times.add((System.nanoTime() - begin) / 1e6);
                    if (failure != null) {
                      failed.incrementAndGet();
                    }
                    window.release();
                  });
    }
    window.acquire(WINDOW);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (failed.get() > 0) {
      throw new IOException(failed + " of " + sent + " requests failed");
    }
    return new Rate(sent / seconds, (cpu.getProcessCpuTime() - cpuBefore) / 1e3 / sent);
  }

  private static CompletionStage<?> pull(DiameterNode node, Impu user) {
    Waiting waiting = new Waiting();
    try {
      Session session = node.newSession();
      waiting.session = Optional.of(session);
      Request request =
          DiameterNode.request(session, Sh.UDR, Sh.APPLICATION, REALM, Optional.of(HSS));
      Avps.add(request.getAvps(), Avp.AUTH_SESSION_STATE, Avps.BASE, Answers.NO_STATE_MAINTAINED);
      new UserIdentity.Public(user).addTo(request.getAvps());
      Avps.add(
          request.getAvps(), Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, ShConfig.SERVICE_INDICATION);
      Avps.add(request.getAvps(), Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
      DiameterNode.send(session, request, waiting, 5_000);
    } catch (IOException | InternalException e) {
      waiting.answer.completeExceptionally(e);
    }
    return waiting.answer;
  }

  private static final class Waiting implements EventListener<Request, Answer> {
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private Optional<Session> session = Optional.empty();

    @Override
    public void receivedSuccessMessage(Request request, Answer received) {
      session.ifPresent(Session::release);
      answer.complete(received);
    }

    @Override
    public void timeoutExpired(Request request) {
      session.ifPresent(Session::release);
      answer.completeExceptionally(new IOException("no answer"));
    }
  }

  private ShProfileSource source(String name, InetSocketAddress address) throws IOException {
    return new ShProfileSource(
        ShConfig.of(name + ".mirror.test", "mirror.test", free(HOST), HSS, address, REALM)
            .withTimeouts(Duration.ofSeconds(5), RECONNECT, Duration.ofSeconds(12)),
        (subscriber, profile) -> notified.incrementAndGet());
  }

  private static DiameterNode bareNode(InetSocketAddress address) throws IOException {
    return DiameterNode.start(
        new NodeConfig(
            "bare.bench.test",
            "bench.test",
            free(HOST),
            List.of(Sh.APPLICATION),
            Optional.of(new NodeConfig.Peer(HSS, address, List.of(REALM))),
            new NodeConfig.Timers(
                Duration.ofSeconds(2), Duration.ofSeconds(12), Duration.ofSeconds(5))),
        Request::createAnswer);
  }

  private static Subscribers subscribers() {
    Subscribers subscribers = new Subscribers();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      subscribers.put(
          Subscriber.mirrored(i + "@ims.test", "secret", subscriber(i), "sip:mirror.ims.test"));
    }
    return subscribers;
  }

  private static Impu subscriber(int number) {
    return USERS.get(number);
  }

  private static InetSocketAddress free(String host) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return new InetSocketAddress(host, socket.getLocalPort());
    }
  }

  private static void until(String what, java.util.function.BooleanSupplier condition)
      throws InterruptedException, IOException {
    long deadline = System.nanoTime() + 2 * RECONNECT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("not within " + RECONNECT.multipliedBy(2) + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static double quantile(List<Double> values, double at) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(at * (sorted.size() - 1))));
  }

  private void write(Path file) throws IOException {
    StringBuilder json = new StringBuilder("{");
    figures.forEach(
        (key, value) ->
            json.append(json.length() > 1 ? ",\n" : "\n")
                .append(String.format(Locale.ROOT, "  \"%s\": %.3f", key, value)));
    json.append("\n}\n");
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, json);
    System.out.print(json);
  }
}
