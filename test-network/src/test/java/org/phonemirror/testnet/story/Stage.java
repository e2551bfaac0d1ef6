package org.phonemirror.testnet.story;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
import org.phonemirror.testnet.packet.Access;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;

/** A test network with its mirror server, and what the stories ask of phones and mirrors in it. */
final class Stage implements AutoCloseable {
  private static final int STAGES = 20;
  private static final int FIRST_SYNC_PORT = 5685;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final PhoneImages images;
  private final String prefix;
  private final TcpRelay sh;
  private final TestNetwork network;

  /** Starts everything; packets go by QEMU's NAT. */
  Stage(Path directory) throws Exception {
    this(directory, Access.NAT);
  }

  /** Starts everything. */
  Stage(Path directory, Access access) throws Exception {
    this(directory, access, network -> {});
  }

  /** What is to be done before the mirror server is started. */
  interface Preparation {
    void prepare(TestNetwork network) throws Exception;
  }

  /** Starts everything, the mirror server after a preparation. */
  Stage(Path directory, Access access, Preparation preparation) throws Exception {
    images = Built.phone();
    Path server = Built.server();
    Path templates = Built.templates();
    int number = 0;
    Optional<TcpRelay> relay = relay(number);
    while (relay.isEmpty() && ++number < STAGES) {
      relay = relay(number);
    }
    prefix = prefix(number);
    sh = relay.orElseThrow(() -> new IOException("all of 127.21.0.0/16 is in use"));
    try {
      network =
          new TestNetwork(
              prefix, directory, server, templates, FIRST_SYNC_PORT + number, access, sh.address());
    } catch (Exception e) {
      sh.close();
      throw e;
    }
    try {
      preparation.prepare(network);
      network.server().start();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** Also takes the addresses for this stage: another test run may be on one. */
  private static Optional<TcpRelay> relay(int number) throws IOException {
    InetSocketAddress hss = TestNetwork.hssAddress(prefix(number));
    try {
      return Optional.of(
          new TcpRelay(new InetSocketAddress(prefix(number) + 7, hss.getPort()), hss));
    } catch (BindException e) {
      return Optional.empty();
    }
  }

  private static String prefix(int number) {
    return "127.21." + number + ".";
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

  /** Where the HSS listens; its Origin-Host is that address. */
  InetSocketAddress hss() {
    return TestNetwork.hssAddress(prefix);
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
    InetSocketAddress scscf = new InetSocketAddress(prefix + 3, 0);
    String uri = "<sip:" + prefix + "3:6060>";
    try (SipEndpoint endpoint = new SipEndpoint(scscf, PATIENCE, (request, from) -> {})) {
      SipMessage request =
          SipMessage.request("REGISTER", server().uri())
              .with("Max-Forwards", "70")
              .with("From", uri + ";tag=" + SipEndpoint.token())
              .with("To", "<" + subscriber(number) + ">")
              .with("Call-ID", SipEndpoint.token())
              .with("CSeq", "1 REGISTER")
              .with("Contact", uri)
              .with("Expires", "3600");
      InetSocketAddress server = new InetSocketAddress(prefix + 5, 5080);
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
    Path saved = server().savedImage(subscriber(number));
    Path phones = phone.guest().dataImage();
    assertThat(contents(saved)).as("the mirror's files").isEqualTo(contents(phones));
    assertThat(StorageImage.digest(saved, images.scope()))
        .isEqualTo(StorageImage.digest(phones, images.scope()));
    assertThat(mirror.get("diverged").asLong()).as("diverged, says %s", mirror).isZero();

    List<SyncMessage> messages = JournalView.messages(server().state(), subscriber(number));
    assertThat(messages)
        .extracting(SyncMessage::sequence)
        .as("each message is journalled once")
        .isEqualTo(sequence(mirror.get("accepted").asLong()));
    long compared = messages.size() - 1L; // not the boot
    assertThat(mirror.get("intervals").asLong()).as("each counts once").isEqualTo(compared);
  }

  /** What is in the files; the digest alone would not show where storages differ. */
  private Map<String, String> contents(Path image) throws IOException {
    return StorageImage.read(
        image,
        view -> {
          Map<String, String> contents = new TreeMap<>();
          try (Stream<Path> paths = Files.walk(view)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
              String name = view.relativize(path).toString();
              if (images.scope().covers(name)) {
                contents.put(name, Files.readString(path, ISO_8859_1));
              }
            }
          }
          return contents;
        });
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
