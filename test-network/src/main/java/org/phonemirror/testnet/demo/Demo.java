package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.testnet.packet.Access;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.Typist;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.server.VirusScanner;

/**
 * The main job, told: a phone is switched on in a real IMS, someone types on it, its mirror
 * follows, is saved and comes back; mail, web pages and multimedia messages included. Ends with
 * what was seen, and with status 0 only if the storages are identical in the end.
 */
public final class Demo {
  private static final String NUMBER = "+15550001";
  private static final String FRIEND = "+15550002";
  private static final String SUBSCRIBER = "sip:" + NUMBER + "@ims.test";
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String HOME_SCREEN = "Choose a program";
  private static final int SYNC_PORT = 5684;
  private static final String CLAMD = "127.7.0.9";
  private static final int CLAMD_PORT = 3310;

  /** Its place on the home screen. */
  static final int SHELL = 5;

  private final Story story;
  private final Path models;
  private final Path client;
  private final Path work;
  private final TestNetwork network;
  private final MirrorWatch mirror;

  private Demo(Story story, Path models, Path client, Path work, TestNetwork network) {
    this.story = story;
    this.models = models;
    this.client = client;
    this.work = work;
    this.network = network;
    this.mirror = new MirrorWatch(story, network.server(), SUBSCRIBER);
  }

  /**
   * {@code Demo IMAGES CLIENT TEMPLATES SERVER WORK [ACCESS]}: what the launcher has built, and how
   * packets go; without it, as this user may. IMAGES has the phone models {@code reference} and
   * {@code reference-apps}.
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 5 || args.length > 6) {
      throw new IllegalArgumentException(
          "usage: Demo IMAGES CLIENT TEMPLATES SERVER WORK [GGSN|NAT]");
    }
    Access access = args.length == 6 ? Access.valueOf(args[5]) : Access.ofThisUser();
    Path work = Path.of(args[4]).toAbsolutePath();
    StorageImage.clear(work);
    Files.createDirectories(work);
    Story story = new Story(System.out);
    story.tell("test network: starting HSS and IMS core; all logs are in " + work);
    boolean equal;
    try (TestNetwork network =
        new TestNetwork("127.7.0.", work, Path.of(args[3]), Path.of(args[2]), SYNC_PORT, access)) {
      // also when the person who watches has seen enough
      Runtime.getRuntime().addShutdownHook(new Thread(network::close, "demo-shutdown"));
      equal = new Demo(story, Path.of(args[0]), Path.of(args[1]), work, network).run();
    }
    if (!equal) {
      System.exit(1); // a program's own end, after everything is closed
    }
  }

  private boolean run() throws Exception {
    story.tell("test network: HSS and Kamailio P-, I- and S-CSCF are up");
    story.tell("packet domain: %s".formatted(network.packets().description()));
    Servers servers = network.startServers();
    story.tell("servers: nginx and Exim are up, phones know them as 10.0.2.2");
    network.startMmsRelay(NUMBER);
    story.tell("servers: MMS relay is up; it asks the mirror server about messages (MM10)");
    try (VirusScanner clamd = VirusScanner.start(CLAMD, CLAMD_PORT, work.resolve("clamd"))) {
      story.tell("servers: clamd is up");
      network.offerServices(clamd.address());
      return run(servers);
    }
  }

  private boolean run(Servers servers) throws Exception {
    story.tell("mirror server: starting its container");
    network.server().start();
    story.tell("mirror server: phone-mirror.war is deployed, health is ok");
    Impu subscriber = network.subscribe(NUMBER);
    network.provision(subscriber, new MirrorProfile("reference", INTERVAL));
    story.tell("integrator: %s has a mirror profile in the HSS (Sh-Update)".formatted(subscriber));
    try {
      // both, also if the first is not as it should be
      boolean job = mainJob();
      return ServiceScenes.play(story, network, servers, model(ServiceScenes.MODEL)) && job;
    } catch (IOException | RuntimeException e) {
      story.tell("failed; what the phone said is in %s".formatted(work));
      throw e;
    }
  }

  private PhoneImages model(String name) throws IOException {
    return PhoneImages.load(models.resolve(name), client);
  }

  private boolean mainJob() throws Exception {
    PhoneImages images = model("reference");
    try (Handset phone = network.handset(NUMBER, images)) {
      switchOn(phone);
      firstSession(phone);
      switchOff(phone);
      switchOn(phone);
      secondSession(phone);
      switchOff(phone);
      switchOn(phone);
      networkSession(phone);
      switchOff(phone);
      boolean equal = mirror.conclude(phone, images.scope());
      return equal && mirror.page().get("intervals").asLong() >= 6;
    }
  }

  private void switchOn(Handset phone) throws Exception {
    story.tell("phone: power key; booting in real time");
    phone.switchOn();
    story.tell("phone: home screen is shown, registered in the IMS");
    mirror.await("mirror runs", page -> page.get("phase").asText().equals("running"));
    story.tell("mirror server: third-party REGISTER came, profile looked up, mirror runs");
  }

  private void switchOff(Handset phone) throws Exception {
    story.tell("phone: power key");
    phone.switchOff();
    story.tell("phone: off and de-registered");
    mirror.await("mirror is saved", page -> page.get("phase").asText().equals("saved"));
    story.tell("mirror server: mirror has replayed everything, is stopped and saved");
  }

  private void firstSession(Handset phone) throws Exception {
    Typist user = phone.guest().typist();
    see(phone, HOME_SCREEN);
    story.tell("user: a note in nano");
    user.key("ret");
    see(phone, "GNU nano");
    user.pause(500).type("Shopping: milk, bread, 2 apples\nCall Bob at 6\n");
    user.key("ctrl-o").pause(500).key("ret");
    see(phone, "[ Wrote");
    user.pause(300).key("ctrl-x");
    see(phone, HOME_SCREEN);
    mirror.tellIntervals();
    story.tell("user: rows in sqlite3");
    user.pause(500).key("down").key("down").key("ret");
    see(phone, "sqlite>");
    user.pause(500).type("create table contact(name text, phone text);\n").pause(500);
    user.type("insert into contact values('Bob','+15550002');\n").pause(500);
    user.type("insert into contact values('Eve','+15550003');\n").pause(700);
    user.type(".quit\n");
    see(phone, HOME_SCREEN);
    mirror.tellIntervals();
    pauseAnInterval(user);
  }

  private void secondSession(Handset phone) throws Exception {
    Typist user = phone.guest().typist();
    see(phone, HOME_SCREEN);
    story.tell("user: files in the shell");
    openShell(user, phone);
    user.type("mkdir /data/files/trip\n").pause(600);
    user.type("for i in 1 2 3; do echo day $i > /data/files/trip/$i.txt; done\n").pause(600);
    user.type("cp note.txt /data/files/; ls -R /data/files > list.txt\n").pause(1500);
    user.type("seq 2000 > /data/files/numbers; gzip -n /data/files/numbers\n").pause(1500);
    mirror.tellIntervals();
    user.type("sqlite3 /data/db/app.db 'select name from contact' > names.txt\n").pause(1500);
    user.type("echo $$ > pid.txt; exit\n").pause(1500);
    pauseAnInterval(user);
  }

  private void networkSession(Handset phone) throws Exception {
    Typist user = phone.guest().typist();
    see(phone, HOME_SCREEN);
    story.tell("user: a letter in mutt");
    user.pause(800).key("down").key("down").key("down").key("ret").pause(1500);
    user.type("m").pause(800);
    user.type("bob@phone.example\n").pause(500).type("Holiday\n");
    see(phone, "GNU nano");
    user.pause(500).type("We leave on Friday.\n").key("ctrl-o").pause(300).key("ret");
    see(phone, "[ Wrote");
    user.pause(300).key("ctrl-x").pause(1500);
    user.type("y");
    see(phone, "Mail sent");
    user.pause(500).type("q").pause(800);
    mirror.tellIntervals();
    story.tell("user: web pages in w3m and curl");
    see(phone, HOME_SCREEN);
    user.pause(800).key("down").key("down").key("down").key("down").key("ret");
    see(phone, "Start page");
    user.pause(500).key("tab").key("ret");
    see(phone, "News");
    user.pause(500).type("q").pause(500).type("y").pause(1000);
    openShell(user, phone);
    user.type("w3m -dump http://10.0.2.2:8080/pages/weather.html > weather.txt\n").pause(2000);
    user.type("curl -sLO http://10.0.2.2:8080/download/200k\n").pause(2500);
    mirror.tellIntervals();
    try (Correspondent friend = new Correspondent(network, FRIEND)) {
      story.tell("user: a multimedia message to a friend");
      user.type("echo 'How are you?' | mms send %s Hello -\n".formatted(FRIEND));
      story.tell(
          "friend: was told by SIP MESSAGE, has fetched '%s'".formatted(friend.fetch().strip()));
      friend.send(NUMBER, "Re: Hello", "Fine, and you?");
      story.tell("friend: has answered");
      user.pause(4000);
      user.type("mms fetch; exit\n").pause(2500);
    }
    mirror.awaitIdentical();
  }

  private static void openShell(Typist user, Handset phone) throws IOException {
    see(phone, HOME_SCREEN);
    user.pause(800);
    for (int i = 0; i < SHELL; i++) {
      user.key("down");
    }
    user.key("ret");
    see(phone, "bash-");
  }

  private static void see(Handset phone, String text) throws IOException {
    phone.guest().awaitText(text, PATIENCE);
  }

  /** An interval in which nothing happens, so that what came before is compared as a whole. */
  private void pauseAnInterval(Typist user) throws Exception {
    user.pause(INTERVAL.toMillis() + 1500);
    mirror.tellIntervals();
  }
}
