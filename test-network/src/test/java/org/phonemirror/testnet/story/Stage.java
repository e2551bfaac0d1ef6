package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.testnet.demo.Handset;
import org.phonemirror.testnet.demo.MirrorServerProcess;
import org.phonemirror.testnet.demo.StorageImage;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.demo.TestNetwork;
import org.phonemirror.testnet.hss.TcpRelay;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;

/** A test network with its mirror server, and what the stories ask of phones and mirrors in it. */
final class Stage implements AutoCloseable {
  private static final String PREFIX = "127.21.0.";
  private static final String SCSCF = "sip:" + PREFIX + "3:6060";
  private static final int SYNC_PORT = 5685;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final PhoneImages images;
  private final TcpRelay sh;
  private final TestNetwork network;

  /** Starts everything. */
  Stage(Path directory) throws Exception {
    images = Built.phone();
    Path server = Built.server();
    Path templates = Built.templates();
    sh =
        new TcpRelay(
            new InetSocketAddress(PREFIX + 7, TestNetwork.hssAddress(PREFIX).getPort()),
            TestNetwork.hssAddress(PREFIX));
    try {
      network = new TestNetwork(PREFIX, directory, server, templates, SYNC_PORT, sh.address());
    } catch (IOException | InterruptedException | RuntimeException e) {
      sh.close();
      throw e;
    }
    try {
      network.server().start();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  TestNetwork network() {
    return network;
  }

  MirrorServerProcess server() {
    return network.server();
  }

  /** The network between the mirror server and the HSS. */
  TcpRelay sh() {
    return sh;
  }

  static String subscriber(String number) {
    return "sip:" + number + "@ims.test";
  }

  void provision(String number, Duration interval) throws Exception {
    network.provision(new Impu(subscriber(number)), new MirrorProfile(Built.MODEL, interval));
  }

  /** A new subscriber's phone, switched on, with its mirror running. */
  Handset phone(String number, Duration interval) throws Exception {
    network.subscribe(number);
    provision(number, interval);
    Handset phone = network.handset(number, images);
    try {
      phone.switchOn();
      await(number, "mirror runs", mirror -> mirror.get("phase").asText().equals("running"));
      return phone;
    } catch (Exception e) {
      phone.close();
      throw e;
    }
  }

  /** Waits until a mirror is on the operator's page as wanted. */
  JsonNode await(String number, String what, Predicate<JsonNode> wanted) throws Exception {
    Story.await(
        what, PATIENCE, () -> server().mirror(subscriber(number)).filter(wanted).isPresent());
    return server().mirror(subscriber(number)).orElseThrow();
  }

  void awaitLogged(String text) throws Exception {
    Story.await("server logs '" + text + "'", PATIENCE, () -> server().logged().contains(text));
  }

  /**
   * Tells the mirror server that a phone is registered, as an S-CSCF does (TS 24.229 §5.4.1.7).
   *
   * @return the status of its answer
   */
  int thirdPartyRegister(String number) throws Exception {
    InetSocketAddress scscf = new InetSocketAddress(PREFIX + 3, 0);
    try (SipEndpoint endpoint = new SipEndpoint(scscf, PATIENCE, (request, from) -> {})) {
      String own = "<" + SCSCF + ">;tag=" + SipEndpoint.token();
      SipMessage request =
          SipMessage.request("REGISTER", server().uri())
              .with("Max-Forwards", "70")
              .with("From", own)
              .with("To", "<" + subscriber(number) + ">")
              .with("Call-ID", SipEndpoint.token())
              .with("CSeq", "1 REGISTER")
              .with("Contact", "<" + SCSCF + ">")
              .with("Expires", "3600");
      InetSocketAddress server = new InetSocketAddress(PREFIX + 5, 5080);
      return endpoint.request(request, server).get().status();
    }
  }

  /** Waits until what the phone has done so far is replayed, and an interval after it. */
  void awaitFollowed(String number) throws Exception {
    long last = server().mirror(subscriber(number)).orElseThrow().get("accepted").asLong() + 2;
    await(number, "mirror follows", mirror -> mirror.get("replayed").asLong() >= last);
  }

  /** The batches that the server has acknowledged. */
  List<Batch> batches(String number) throws Exception {
    return JournalView.batches(server().state(), subscriber(number));
  }

  /** Switches the phone off, and compares everything with the mirror. */
  void switchOffAndCompare(String number, Handset phone) throws Exception {
    phone.switchOff();
    JsonNode mirror =
        await(number, "mirror is saved", m -> m.get("phase").asText().equals("saved"));
    assertThat(mirror.get("replayed").asLong()).isEqualTo(mirror.get("accepted").asLong());
    assertThat(mirror.get("failure").asText()).isEmpty();
    assertThat(StorageImage.digest(server().savedImage(subscriber(number))))
        .as("the mirror's storage")
        .isEqualTo(StorageImage.digest(phone.guest().dataImage()));
    assertThat(mirror.get("diverged").asLong()).as("diverged, says %s", mirror).isZero();

    List<SyncMessage> messages = JournalView.messages(server().state(), subscriber(number));
    assertThat(messages)
        .extracting(SyncMessage::sequence)
        .as("each message is journalled once")
        .isEqualTo(sequence(mirror.get("accepted").asLong()));
    long compared = messages.size() - 1L; // not the boot
    assertThat(mirror.get("intervals").asLong()).as("each counts once").isEqualTo(compared);
  }

  private static List<Long> sequence(long last) {
    return java.util.stream.LongStream.rangeClosed(1, last).boxed().toList();
  }

  /** A file in a saved mirror's storage, as text. */
  String file(String number, String name) throws IOException {
    return StorageImage.read(
        server().savedImage(subscriber(number)), view -> Files.readString(view.resolve(name)));
  }

  @Override
  public void close() throws IOException {
    network.close();
    sh.close();
  }
}
