package org.phonemirror.testnet.fidelity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.testnet.demo.Handset;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.demo.TestNetwork;
import org.phonemirror.testnet.packet.Access;
import org.phonemirror.testnet.phone.PhoneImages;

/** A phone that is on, with its mirror, in a test network of its own. */
final class FidelityPhone implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int FIRST_SYNC_PORT = 5690;

  /** The interval in which a session ends, and one in which nothing happens. */
  private static final int SETTLING = 2;

  /** A repair takes some four; one of many bytes waits for a better network. */
  private static final int MOST_INTERVALS = 16;

  private final TestNetwork network;
  private final Handset handset;
  private final String subscriber;
  private final RsyncMeter rsync;

  private FidelityPhone(TestNetwork network, Handset handset, String subscriber, RsyncMeter rsync) {
    this.network = network;
    this.handset = handset;
    this.subscriber = subscriber;
    this.rsync = rsync;
  }

  static FidelityPhone start(
      int number, Path directory, PhoneImages images, Path templates, Path server)
      throws Exception {
    TestNetwork network =
        new TestNetwork(
            "127.36." + number + ".",
            directory,
            server,
            templates,
            FIRST_SYNC_PORT + number,
            Access.ofThisUser());
    Runtime.getRuntime().addShutdownHook(new Thread(network::close, "fidelity-shutdown"));
    try {
      network.startServers();
      network.server().start();
      String msisdn = "+1555000" + (1 + number);
      network.startMmsRelay(msisdn);
      Impu subscriber = network.subscribe(msisdn);
      network.provision(subscriber, new MirrorProfile("reference", INTERVAL));
      Handset handset = network.handset(msisdn, images);
      FidelityPhone phone =
          new FidelityPhone(
              network,
              handset,
              subscriber.uri(),
              new RsyncMeter(network.server(), subscriber.uri(), directory));
      handset.switchOn();
      phone.awaitIntervals(1);
      return phone;
    } catch (Exception e) {
      network.close();
      throw e;
    }
  }

  Outcome play(SessionScript session) throws Exception {
    JsonNode before = mirror();
    long rsyncBefore = rsync.bytes();
    session.play(handset.guest().typist(), handset.guest()::awaitText);
    long end = mirror().get("intervals").asLong();
    awaitIntervals(end + SETTLING);
    if (!mirror().get("last").get("identical").asBoolean()) {
      awaitRepair(end + MOST_INTERVALS);
    }
    JsonNode after = mirror();
    return new Outcome(
        session.name(),
        added("intervals", before, after),
        added("diverged", before, after),
        after.get("last").get("identical").asBoolean(),
        added("repair_wire_bytes", before, after),
        rsync.bytes() - rsyncBefore);
  }

  private static long added(String name, JsonNode before, JsonNode after) {
    return after.get(name).asLong() - before.get(name).asLong();
  }

  /** Until the mirror is like its phone again, or ought to have been for long. */
  private void awaitRepair(long mostIntervals) throws Exception {
    Story.await(
        "repair of " + subscriber,
        PATIENCE,
        () -> {
          JsonNode mirror = mirror();
          rsync.look(mirror);
          return mirror.get("last").get("identical").asBoolean()
              || mirror.get("intervals").asLong() >= mostIntervals;
        });
  }

  private void awaitIntervals(long intervals) throws Exception {
    Story.await(
        "interval " + intervals + " of " + subscriber,
        PATIENCE,
        () -> {
          Optional<JsonNode> mirror = network.server().mirror(subscriber);
          if (mirror.isPresent()) {
            rsync.look(mirror.get());
          }
          return mirror.filter(m -> m.get("intervals").asLong() >= intervals).isPresent();
        });
  }

  private JsonNode mirror() throws IOException, InterruptedException {
    Optional<JsonNode> mirror = network.server().mirror(subscriber);
    return mirror.orElseThrow(
        () -> new IOException("the mirror of " + subscriber + " is not there"));
  }

  @Override
  public void close() {
    handset.close();
    network.close();
  }
}
