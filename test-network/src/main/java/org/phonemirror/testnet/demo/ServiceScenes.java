package org.phonemirror.testnet.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.Typist;
import org.phonemirror.testnet.server.MailServer;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.server.VirusScanner;
import org.phonemirror.testnet.server.WebServer;
import org.phonemirror.testnet.sgsn.DataVolume;

/**
 * What a mirror does for its phone: a file fetched, a file sent to many, a folder scanned, a
 * download watched; on a phone that came with a folder of Android packages. Each scene ends with
 * what it cost on the radio, and fails if what it shows is not so.
 */
final class ServiceScenes {
  /** The phone model's name; it has the packages in {@code apks}. */
  static final String MODEL = "reference-apps";

  private static final String NUMBER = "+15550003";
  private static final String FRIEND = "+15550002";
  private static final String SUBSCRIBER = "sip:" + NUMBER + "@ims.test";
  private static final String WEB = "http://" + TestNetwork.WEB_NAME + ":" + Servers.WEB_PORT;
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int FILM_BYTES = 20_000_000;
  private static final int VIDEO_BYTES = 5_000_000;

  /** Keys, digests, orders and notices of some minutes take less; any of the files takes more. */
  private static final long LITTLE = 200_000;

  private final Story story;
  private final TestNetwork network;
  private final WebServer web;
  private final MailServer mail;
  private final PhoneImages images;
  private final MirrorWatch mirror;
  private final Handset phone;

  private ServiceScenes(
      Story story, TestNetwork network, Servers servers, PhoneImages images, Handset phone) {
    this.story = story;
    this.network = network;
    this.web = servers.web();
    this.mail = servers.mail();
    this.images = images;
    this.phone = phone;
    this.mirror = new MirrorWatch(story, network.server(), SUBSCRIBER);
  }

  /** Tells it all; whether the storages are identical in the end. */
  static boolean play(Story story, TestNetwork network, Servers servers, PhoneImages images)
      throws Exception {
    network.provision(network.subscribe(NUMBER), profile());
    story.tell("services: another subscriber, whose phone came with a folder of Android packages");
    try (Handset phone = network.handset(NUMBER, images)) {
      return new ServiceScenes(story, network, servers, images, phone).play();
    }
  }

  private static MirrorProfile profile() {
    ServicePolicies usual = ServicePolicies.USUAL;
    FirewallRule rule =
        new FirewallRule(
            "no-malware",
            FirewallRule.Action.ALERT,
            FirewallRule.Protocol.ANY,
            List.of(),
            List.of(),
            List.of(),
            true);
    // no scan before it is asked for, so that it can be seen how long it takes
    ServicePolicies policies =
        new ServicePolicies(usual.download(), usual.upload(), new ServicePolicies.Antivirus(false));
    return new MirrorProfile(MODEL, INTERVAL)
        .withServices(policies.withFirewall(new ServicePolicies.Firewall(List.of(rule))));
  }

  private boolean play() throws Exception {
    web.add("download/film.mp4", FILM_BYTES);
    Files.write(web.file("download/game.apk"), VirusScanner.eicar());
    phone.switchOn();
    story.tell("phone: home screen is shown, registered in the IMS");
    Typist user = phone.guest().typist();
    phone.guest().awaitText("Choose a program", PATIENCE);
    user.pause(800);
    for (int i = 0; i < Demo.SHELL; i++) {
      user.key("down");
    }
    user.key("ret");
    phone.guest().awaitText("bash-", PATIENCE);
    user.pause(500).type("cd /data\n");
    // it reads all of its storage once, for its digest
    mirror.await(
        "the mirror follows",
        page ->
            page.get("intervals").asLong() >= 1 && page.get("last").get("identical").asBoolean());
    fetch(user);
    send(user);
    scan(user);
    download(user);
    user.type("exit\n");
    mirror.awaitIdentical();
    phone.switchOff();
    story.tell("phone: off and de-registered");
    mirror.await("mirror is saved", page -> page.get("phase").asText().equals("saved"));
    return mirror.conclude(phone, images.scope());
  }

  private void fetch(Typist user) throws Exception {
    story.tell("user: mirror-get of a film of %s".formatted(megabytes(FILM_BYTES)));
    Scene order = new Scene();
    user.type("mirror-get " + WEB + "/download/film.mp4\n");
    awaitNotice("file-cached: film.mp4");
    story.tell("download cache: the server has it, the phone is told: " + order.cost());
    require(order.volume().total() < LITTLE, "an order and a notice cost " + order.cost());
    long repaired = mirror.page().get("repair_wire_bytes").asLong();
    Scene fetching = new Scene();
    user.type("mirror-fetch\n");
    awaitNotice("file-fetched: 'Downloads/film.mp4' is there");
    story.tell("phone: has fetched it, its SHA-256 is that of the notice: " + fetching.cost());
    mirror.awaitIdentical();
    long radio = mirror.page().get("repair_wire_bytes").asLong() - repaired;
    require(radio < LITTLE, "the mirror got its copy by " + radio + " bytes of repair");
    story.tell(
        "mirror: has the film too, from the server's store; %d bytes of repair over the radio"
            .formatted(radio));
  }

  private void send(Typist user) throws Exception {
    user.type("head -c " + VIDEO_BYTES + " Downloads/film.mp4 > files/video.mp4\n");
    try (Correspondent friend = new Correspondent(network, FRIEND)) {
      story.tell(
          "user: mirror-send of a video of %s to three people".formatted(megabytes(VIDEO_BYTES)));
      int letters = mail.messages().size();
      Scene sending = new Scene();
      user.type("mirror-send files/video.mp4 " + FRIEND + " carol@mail.example ");
      user.type(WEB + "/upload/video.mp4 -s Holiday\n");
      awaitNotice("upload-sent: video.mp4 is sent to all 3 recipients");
      story.tell(
          "upload relay: MMS, mail and web server have it, and the phone a receipt: %s, not %s"
              .formatted(sending.cost(), megabytes(3L * VIDEO_BYTES)));
      require(sending.volume().total() < LITTLE, "it cost " + sending.cost());
      byte[] video = Files.readAllBytes(web.uploads().resolve("video.mp4"));
      require(video.length == VIDEO_BYTES, "the web server got " + video.length + " bytes");
      Story.await("the letter is delivered", PATIENCE, () -> mail.messages().size() == letters + 1);
      require(friend.fetchFile(video), "what the friend has fetched by MMS is something else");
      story.tell("friend: has fetched the message, with the same video in it");
    }
  }

  private void scan(Typist user) throws Exception {
    user.type("curl -so apks/game.apk http://10.0.2.2:8080/download/game.apk\n").pause(1500);
    story.tell("user: a game from the web, which has a virus; then mirror-scan of all packages");
    Scene scanning = new Scene();
    user.type("mirror-scan -q apks\n");
    awaitNotice("scan-handled: 'apks/game.apk' is in quarantine");
    String result = awaitNotice("scan-result: ");
    story.tell("antivirus: %s: %s".formatted(result, scanning.cost()));
    require(scanning.volume().total() < LITTLE, "it cost " + scanning.cost());
    Scene again = new Scene();
    user.type("clear; mirror-scan apks\n");
    awaitNotices("scan-result: ", 2);
    story.tell("antivirus: once more, all are known by their digests: " + again.cost());
    require(again.seconds() < scanning.seconds(), "it took longer");
  }

  private void download(Typist user) throws Exception {
    story.tell("user: the same game once more");
    user.type("curl -so /tmp/game http://10.0.2.2:8080/download/game.apk\n");
    story.tell("firewall: " + awaitNotice("firewall-alert: "));
  }

  /** What the Syn-Client has told its user for the first time; the rest of the line. */
  private String awaitNotice(String text) throws Exception {
    return awaitNotices(text, 1);
  }

  private String awaitNotices(String text, int times) throws Exception {
    String line = "notice " + text;
    Story.await(
        line,
        PATIENCE,
        () -> {
          mirror.tellIntervals();
          return said(line).size() >= times;
        });
    String last = said(line).get(times - 1);
    return last.substring(last.indexOf(line) + "notice ".length()).strip();
  }

  private List<String> said(String line) throws IOException {
    return Files.readString(phone.guest().serialLog(), ISO_8859_1)
        .lines()
        .filter(said -> said.contains(line))
        .toList();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("not as it should be: " + otherwise);
    }
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }

  /** Something that takes time and costs bytes on the radio. */
  private final class Scene {
    private final long start = System.nanoTime();
    private final DataVolume before = now();

    private DataVolume now() {
      return network.packets().sgsn().volume(TestNetwork.imsi(NUMBER));
    }

    DataVolume volume() {
      return now().since(before);
    }

    double seconds() {
      return (System.nanoTime() - start) / 1e9;
    }

    String cost() {
      return String.format(
          Locale.ROOT,
          "%.1f s, %s sent and %s received by the radio",
          seconds(),
          Story.size(volume().sent()),
          Story.size(volume().received()));
    }
  }
}
