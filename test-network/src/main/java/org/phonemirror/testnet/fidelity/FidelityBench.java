package org.phonemirror.testnet.fidelity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.phonemirror.testnet.demo.StorageImage;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.phone.PhoneImages;

/**
 * How faithful mirrors are: every session of the corpus is typed on a real phone in a real network,
 * and its mirror's storage is compared with the phone's after every interval, as in operation.
 *
 * <p>What a phone has sent to repair a mirror is set against what rsync takes for the same files.
 */
public final class FidelityBench {
  private static final int PHONES = 2;

  private final Path work;
  private final PhoneImages images;
  private final Path templates;
  private final Path server;
  private final Story story = new Story(System.out);

  private FidelityBench(Path images, Path client, Path templates, Path server, Path work)
      throws Exception {
    this.images = PhoneImages.load(images, client);
    this.templates = templates;
    this.server = server;
    this.work = work.toAbsolutePath();
    StorageImage.clear(this.work);
  }

  /**
   * {@code FidelityBench IMAGES CLIENT TEMPLATES SERVER WORK OUT [SESSION...]}: all sessions, or
   * some.
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 6) {
      throw new IllegalArgumentException(
          "usage: FidelityBench IMAGES CLIENT TEMPLATES SERVER WORK OUT [SESSION...]");
    }
    Path out = Path.of(args[5]);
    Set<String> names = Set.copyOf(List.of(args).subList(6, args.length));
    List<SessionScript> sessions =
        SessionScript.corpus().stream()
            .filter(session -> names.isEmpty() || names.contains(session.name()))
            .toList();
    FidelityBench bench =
        new FidelityBench(
            Path.of(args[0]),
            Path.of(args[1]),
            Path.of(args[2]),
            Path.of(args[3]),
            Path.of(args[4]));
    List<Outcome> outcomes = bench.run(sessions);
    JsonNode figures = figures(sessions.size(), outcomes);
    System.out.println(figures.toPrettyString());
    Files.createDirectories(out.toAbsolutePath().getParent());
    Files.writeString(out, figures.toPrettyString() + "\n");
  }

  private List<Outcome> run(List<SessionScript> sessions) throws Exception {
    ConcurrentLinkedQueue<SessionScript> queue = new ConcurrentLinkedQueue<>(sessions);
    ExecutorService phones = Executors.newFixedThreadPool(PHONES);
    try {
      List<Future<List<Outcome>>> results = new ArrayList<>();
      for (int i = 0; i < PHONES; i++) {
        int number = i;
        results.add(phones.submit(() -> work(number, queue)));
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<List<Outcome>> result : results) {
        outcomes.addAll(result.get());
      }
      return outcomes;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a phone failed: " + e.getCause().getMessage(), e);
    } finally {
      queue.clear(); // a phone that goes on ends after its session
      phones.shutdown();
    }
  }

  /** One phone, in a network of its own, plays what is left until nothing is. */
  private List<Outcome> work(int number, ConcurrentLinkedQueue<SessionScript> queue)
      throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    Path directory = work.resolve("phone-" + number);
    try (FidelityPhone phone = FidelityPhone.start(number, directory, images, templates, server)) {
      for (SessionScript next = queue.poll(); next != null; next = queue.poll()) {
        Outcome outcome = phone.play(next);
        outcomes.add(outcome);
        story.tell(outcome.line());
      }
    }
    return outcomes;
  }

  private static JsonNode figures(int sessions, List<Outcome> outcomes) {
    ObjectNode figures = new ObjectMapper().createObjectNode();
    long intervals = outcomes.stream().mapToLong(Outcome::intervals).sum();
    long diverged = outcomes.stream().mapToLong(Outcome::diverged).sum();
    figures.put("sessions", sessions);
    figures.put("identical", outcomes.stream().filter(Outcome::identical).count());
    figures.put(
        "identical_after_repair", outcomes.stream().filter(Outcome::identicalAfterRepair).count());
    figures.put("intervals", intervals);
    figures.put("diverged_per_1000_intervals", 1000.0 * diverged / Math.max(1, intervals));
    figures.put("repair_bytes", outcomes.stream().mapToLong(Outcome::repairBytes).sum());
    figures.put("rsync_bytes", outcomes.stream().mapToLong(Outcome::rsyncBytes).sum());
    return figures;
  }
}
