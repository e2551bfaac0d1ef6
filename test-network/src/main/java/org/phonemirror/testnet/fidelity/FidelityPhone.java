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

  private final TestNetwork network;
  private final Handset handset;
  private final String subscriber;

  private FidelityPhone(TestNetwork network, Handset handset, String subscriber) {
    this.network = network;
    this.handset = handset;
    this.subscriber = subscriber;
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
      FidelityPhone phone = new FidelityPhone(network, handset, subscriber.uri());
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
    session.play(handset.guest().typist(), handset.guest()::awaitText);
    awaitIntervals(mirror().get("intervals").asLong() + SETTLING);
    JsonNode after = mirror();
    return new Outcome(
        session.name(),
        after.get("intervals").asLong() - before.get("intervals").asLong(),
        after.get("diverged").asLong() - before.get("diverged").asLong(),
        after.get("last").get("identical").asBoolean(),
        0,
        0);
  }

  private void awaitIntervals(long intervals) throws Exception {
    Story.await(
        "interval " + intervals + " of " + subscriber,
        PATIENCE,
        () ->
            network
                .server()
                .mirror(subscriber)
                .filter(m -> m.get("intervals").asLong() >= intervals)
                .isPresent());
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
