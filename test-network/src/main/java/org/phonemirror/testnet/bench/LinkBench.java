package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.phonemirror.testnet.bench.LinkFigures.Timed;

/**
 * The paper's Table 1 and figure 4: how fast shaped links are, and how long files take over them,
 * sent and fetched by the phone itself (HTTP), through the upload relay and through the download
 * cache. What goes up, what comes down and the cache have a phone with a link of their own each, so
 * that all of them are measured at the same time.
 */
public final class LinkBench {
  private static final int[] SIZES = {100_000, 500_000, 1_000_000, 5_000_000, 20_000_000};
  private static final int FLOOD_SECONDS = 6;
  private static final int SINK_PORT = 5001;
  private static final int KINDS = 3;
  private static final long SEED = 4;

  private final PrintStream out;
  private final Path directory;
  private final byte[] content;
  private final double longestSeconds;

  private LinkBench(PrintStream out, Path directory, double longestSeconds) {
    this.out = out;
    this.directory = directory;
    this.longestSeconds = longestSeconds;
    this.content = new byte[SIZES[SIZES.length - 1]];
    new Random(SEED).nextBytes(content);
  }

  /**
   * Measures all links at the same time. Needs root, and ip(8) and tc(8).
   *
   * @param directory for files; what is made in it is the caller's to delete
   * @param longestSeconds what would take longer by the link's rate is computed
   */
  public static List<LinkFigures> measure(
      List<LinkShape> shapes, Path directory, double longestSeconds, PrintStream out)
      throws Exception {
    LinkBench bench = new LinkBench(out, directory, longestSeconds);
    ExecutorService threads = Executors.newFixedThreadPool(KINDS * shapes.size());
    try {
      List<Future<Uploads>> uploads = new ArrayList<>();
      List<Future<Downloads>> downloads = new ArrayList<>();
      List<Future<Cached>> cached = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        LinkShape shape = shapes.get(i);
        int number = KINDS * i;
        uploads.add(threads.submit(bench.on(number, shape, Link::uploads)));
        downloads.add(threads.submit(bench.on(number + 1, shape, Link::downloads)));
        cached.add(threads.submit(bench.on(number + 2, shape, Link::cached)));
      }
      List<LinkFigures> figures = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        Uploads up = uploads.get(i).get();
        Downloads down = downloads.get(i).get();
        Cached cache = cached.get(i).get();
        figures.add(
            new LinkFigures(
                shapes.get(i),
                up.delayed,
                up.kbits,
                down.kbits,
                up.direct,
                up.orders,
                up.relayed,
                down.direct,
                cache.orders,
                cache.fetched));
      }
      return figures;
    } finally {
      threads.shutdownNow();
    }
  }

  private record Uploads(
      boolean delayed, double kbits, List<Timed> direct, List<Timed> orders, List<Timed> relayed) {}

  private record Downloads(double kbits, List<Timed> direct) {}

  private record Cached(List<Timed> orders, List<Timed> fetched) {}

  private interface Measurement<T> {
    T on(Link link) throws Exception;
  }

  private interface Work {
    void run() throws Exception;
  }

  /** A phone on a link of its own, for one measurement. */
  private <T> Callable<T> on(int number, LinkShape shape, Measurement<T> measurement) {
    return () -> {
      byte[] key = new byte[16];
      new Random(SEED + number).nextBytes(key);
      VethRadio radio = new VethRadio(number, shape);
      Process phone = radio.start(TransferUser.program(key));
      Path files = directory.resolve("link" + number);
      try (TransferServers servers = new TransferServers(radio.servers(), files, key)) {
        for (int size : SIZES) {
          Files.write(file(servers, size), Arrays.copyOf(content, size));
        }
        TransferUser user = TransferUser.of(radio, servers, phone);
        return measurement.on(new Link(shape, radio, servers, user));
      } finally {
        phone.destroyForcibly().waitFor();
        radio.close();
      }
    };
  }

  private static Path file(TransferServers servers, int size) {
    return servers.file().resolveSibling(size + ".bin");
  }

  private final class Link {
    private final LinkShape shape;
    private final VethRadio radio;
    private final TransferServers servers;
    private final TransferUser user;

    Link(LinkShape shape, VethRadio radio, TransferServers servers, TransferUser user) {
      this.shape = shape;
      this.radio = radio;
      this.servers = servers;
      this.user = user;
    }

    Uploads uploads() throws Exception {
      double kbits = floodUp();
      say(String.format(Locale.ROOT, "UDP up: %.0f kbit/s", kbits));
      List<Timed> direct = new ArrayList<>();
      List<Timed> orders = new ArrayList<>();
      List<Timed> relayed = new ArrayList<>();
      for (int size : SIZES) {
        Path file = file(servers, size);
        String put = "put " + servers.near("/up") + " " + file;
        transfer("sent", size, shape.upKbits(), direct, () -> user.expect(put, "status 201"));
        String sha256 = TransferUser.sha256(Arrays.copyOf(content, size));
        long start = System.nanoTime();
        user.relay(file, sha256, List.of(servers.far("/in/" + size)));
        orders.add(new Timed(size, seconds(start), false));
        user.awaitReceipts(1);
        relayed.add(new Timed(size, seconds(start), false));
        user.batch(List.of(), servers.waitingNotices());
        say("relayed", relayed);
      }
      return new Uploads(radio.delayed(), kbits, direct, orders, relayed);
    }

    Downloads downloads() throws Exception {
      double kbits = floodDown();
      say(String.format(Locale.ROOT, "UDP down: %.0f kbit/s", kbits));
      List<Timed> direct = new ArrayList<>();
      for (int size : SIZES) {
        String get = "get " + servers.near("/" + file(servers, size).getFileName());
        transfer(
            "fetched", size, shape.downKbits(), direct, () -> user.expect(get, "bytes " + size));
      }
      return new Downloads(kbits, direct);
    }

    Cached cached() throws Exception {
      List<Timed> orders = new ArrayList<>();
      List<Timed> fetched = new ArrayList<>();
      for (int size : SIZES) {
        String name = file(servers, size).getFileName().toString();
        long start = System.nanoTime();
        user.order(servers.far("/" + name), name);
        orders.add(new Timed(size, seconds(start), false));
        String from = user.awaitCached();
        user.batch(List.of(), servers.waitingNotices());
        transfer(
            "fetched from the cache",
            size,
            shape.downKbits(),
            fetched,
            () -> user.expect("get " + from, "bytes " + size));
      }
      return new Cached(orders, fetched);
    }

    private double floodUp() throws Exception {
      InetAddress here = InetAddress.getByName(radio.servers());
      try (DatagramSocket socket = new DatagramSocket(0, here)) {
        return beside(
            () -> DatagramFlood.receive(socket),
            () ->
                user.expect(
                    "flood " + radio.servers() + " " + socket.getLocalPort() + " " + FLOOD_SECONDS,
                    "sent"));
      }
    }

    private double floodDown() throws Exception {
      InetSocketAddress there = new InetSocketAddress(radio.phone(), SINK_PORT);
      String answer =
          beside(
              () -> user.ask("sink " + SINK_PORT), () -> DatagramFlood.send(there, FLOOD_SECONDS));
      if (!answer.startsWith("kbits ")) {
        throw new IOException("the phone answers '" + answer + "'");
      }
      return Double.parseDouble(answer.substring("kbits ".length()));
    }

    private void transfer(String what, int size, int kbits, List<Timed> times, Work work)
        throws Exception {
      Optional<Timed> last =
          times.isEmpty() ? Optional.empty() : Optional.of(times.get(times.size() - 1));
      if (last.isPresent() && size * 8.0 / (kbits * 1000.0) > longestSeconds) {
        double perByte = last.get().seconds() / last.get().bytes();
        times.add(new Timed(size, size * perByte, true));
      } else {
        long start = System.nanoTime();
        work.run();
        times.add(new Timed(size, seconds(start), false));
      }
      say(what, times);
    }

    private void say(String what, List<Timed> times) {
      Timed last = times.get(times.size() - 1);
      String how = last.computed() ? " (computed)" : "";
      say(
          String.format(
              Locale.ROOT, "%.1f MB %s: %.1f s%s", last.bytes() / 1e6, what, last.seconds(), how));
    }

    private void say(String text) {
      out.println("  " + shape.name() + ": " + text);
    }
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /** Does both at the same time. */
  private static <T> T beside(Callable<T> awaited, Work work) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<T> result = thread.submit(awaited);
      work.run();
      return result.get();
    } finally {
      thread.shutdownNow();
    }
  }
}
