package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.provision.Main;
import org.phonemirror.hss.sh.Sh;
import org.phonemirror.hss.sh.ShConfig;

/** {@code ./mirror provision} against the HSS, as people use it. */
class ProvisionTest {
  private static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  private static final String SERVER = "sip:mirror@127.9.0.5:5080";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private InetSocketAddress address;
  private TestHss hss;

  @BeforeEach
  void start() throws Exception {
    address = Loopback.freeForHss();
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        new Subscriber(
                "15550001@ims.test",
                "secret1",
                List.of(new Impu("tel:+15550001"), ALICE),
                List.of(FilterCriterion.mirror(SERVER)))
            .withMsisdns("15550001"));
    hss = TestHss.start(HssConfig.of("hss.ims.test", "ims.test", address), subscribers);
  }

  @AfterEach
  void stop() {
    hss.close();
  }

  @Test
  void aMirrorIsAddedShownChangedAndRemoved() throws Exception {
    assertThat(provision("show", ALICE.uri())).as(output()).isZero();
    assertThat(output()).contains("none: the subscriber has no mirror");
    assertThat(provision("change", ALICE.uri(), "--interval", "PT5S")).isEqualTo(3);
    assertThat(output()).contains("has no mirror profile", "add it first");
    assertThat(add("+15550001")).as(output()).isZero();
    assertThat(output()).contains(ALICE + ": mirror profile added");
    assertThat(add("+15550001")).isEqualTo(3);
    assertThat(output()).contains("has a mirror profile already");
    assertThat(provision("change", "15550001", "--interval", "PT5S", "--repair-budget", "4096"))
        .as(output())
        .isZero();
    assertThat(provision("show", "15550001", "--server-name", SERVER)).isZero();
    assertThat(output())
        .containsSubsequence(
            "subscriber  sip:+15550001@ims.test",
            "identities  tel:+15550001, sip:+15550001@ims.test",
            "MSISDN      15550001",
            "state       not registered",
            "S-CSCF      none",
            "profile     reference-1, every PT5S, repair by up to 4096 bytes (sequence number 1)",
            "criteria    all there for " + SERVER);
    assertThat(provision("remove", ALICE.uri())).as(output()).isZero();
    assertThat(provision("remove", ALICE.uri())).isEqualTo(3);
    assertThat(output()).contains("has no mirror profile");
  }

  @Test
  void policiesOfServicesAreSetShownAndKept(@TempDir Path directory) throws Exception {
    Path rules = directory.resolve("rules.xml");
    Files.writeString(
        rules,
        "<firewall xmlns=\"urn:phonemirror:profile:1\"><rule name=\"no-telnet\" action=\"block\""
            + " protocol=\"tcp\"><network>192.0.2.0/24</network><port>23</port></rule></firewall>");
    assertThat(add(ALICE.uri())).as(output()).isZero();
    assertThat(
            provision(
                "change",
                ALICE.uri(),
                "--download-quota",
                "0",
                "--download-keep",
                "P2D",
                "--download-at-once",
                "yes",
                "--upload-threshold",
                "7",
                "--antivirus",
                "no",
                "--firewall",
                rules.toString()))
        .as(output())
        .isZero();
    assertThat(provision("change", ALICE.uri(), "--upload", "no")).isZero();
    assertThat(provision("show", ALICE.uri())).isZero();
    assertThat(output())
        .containsSubsequence(
            "services    downloads of up to 0 bytes for PT48H, told at once",
            "uploads not allowed",
            "scans when asked for",
            "- no-telnet: block tcp to 192.0.2.0/24 at port 23");
    Files.writeString(rules, "<firewall xmlns=\"urn:phonemirror:profile:1\"/>");
    assertThat(provision("change", ALICE.uri(), "--firewall", rules.toString())).isZero();
    assertThat(provision("show", ALICE.uri())).isZero();
    assertThat(output()).contains("uploads not allowed", "firewall without rules");
  }

  @Test
  void whatTheCriteriaLackIsSaid() throws Exception {
    assertThat(provision("show", ALICE.uri(), "--server-name", "sip:else@10.0.0.1")).isZero();
    assertThat(output())
        .contains(
            "criteria    NOT as the mirror needs them for sip:else@10.0.0.1",
            "! no initial filter criterion names sip:else@10.0.0.1");
  }

  @Test
  void whatTheHssKeepsToItselfIsShownWithItsReasonAndTheRestGoesOn() throws Exception {
    hss.permissions()
        .limit(
            "provision.mirror.test",
            Map.of(
                Sh.REPOSITORY_DATA, Set.of(Permissions.Operation.PULL),
                Sh.S_CSCF_NAME, Set.of(Permissions.Operation.PULL)));
    assertThat(provision("show", ALICE.uri())).isZero();
    assertThat(output())
        .contains("identities  not to be had: public identities of", "5102", "Sh-Pull for --own")
        .contains("S-CSCF      none", "profile     none");
    assertThat(add(ALICE.uri())).isEqualTo(3);
    assertThat(output()).contains("5101 (operation not allowed)", "AS permission list");
  }

  @Test
  void whoIsUnknownIsSaidToBe() throws Exception {
    assertThat(add("sip:nobody@ims.test")).isEqualTo(3);
    assertThat(output()).contains("5001 (user unknown)", "check the identity");
    assertThat(add("+15559999")).isEqualTo(3);
    assertThat(output()).contains("MSISDN 15559999", "5001 (user unknown)");
  }

  @Test
  void aBrokenProfileIsNamed() throws Exception {
    hss.setServiceData(ALICE, ShConfig.SERVICE_INDICATION, "<mirror-profile/>");
    assertThat(provision("change", ALICE.uri(), "--model", "m")).isEqualTo(3);
    assertThat(output()).contains("is not valid", "remove it, then add it anew");
    assertThat(provision("show", ALICE.uri())).isZero();
    assertThat(output()).contains("profile     not valid");
    assertThat(provision("remove", ALICE.uri())).isZero();
  }

  @Test
  void noHssNoAnswerButAWord() throws Exception {
    hss.close();
    assertThat(provision("show", ALICE.uri(), "--timeout", "1")).isEqualTo(4);
    assertThat(output())
        .contains("no Diameter connection to hss.ims.test at 127.9.0.2:", "within PT1S");
  }

  @Test
  void aServersConfigurationTellsTheRest(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("mirror.properties");
    Files.writeString(
        file,
        "sip.uri = "
            + SERVER
            + "\ndiameter.peer-host = hss.ims.test\ndiameter.peer = "
            + address.getHostString()
            + ":"
            + address.getPort()
            + "\ndiameter.peer-realm = ims.test\ndiameter.realm = mirror.test\n");
    assertThat(run("show", ALICE.uri(), "--config", file.toString())).as(output()).isZero();
    assertThat(output()).contains("criteria    all there for " + SERVER);
  }

  @Test
  void aWrongCommandLineIsExplained() throws Exception {
    assertThat(run()).isEqualTo(2);
    assertThat(output()).contains("usage: ./mirror provision add");
    assertWrong("which command", "frobnicate");
    assertWrong("add whom", "add");
    assertWrong("'alice' is no public identity", "show", "alice");
    assertWrong("there is no option '--modell'", "add", "+15550001", "--modell", "m");
    assertWrong("--model needs a value", "add", "+15550001", "--model");
    assertWrong("add needs --model and --interval", "add", "+15550001");
    assertWrong("change what?", "change", "+15550001");
    assertWrong("show does not take --upload", "show", "+15550001", "--upload", "no");
    assertWrong("must be yes or no", "change", "+15550001", "--upload", "maybe");
    assertWrong("must be a number of bytes", "change", "+15550001", "--download-quota", "-1");
    assertWrong("cannot be read", "change", "+15550001", "--firewall", "/nowhere/rules.xml");
    assertWrong("must be like PT10S", "change", "+15550001", "--interval", "soon");
    assertWrong("--hss is missing", "show", "+15550001");
    assertWrong("--hss needs an address", "show", "+15550001", "--hss", "h", "--realm", "r");
    assertWrong("must be HOST@ADDRESS:PORT", "show", "+15550001", "--hss", "h@1", "--realm", "r");
    assertWrong("must be from PT1S", "add", "+15550001", "--model", "m", "--interval", "PT0S");
  }

  private void assertWrong(String text, String... args) throws Exception {
    assertThat(run(args)).isEqualTo(2);
    assertThat(output()).contains(text);
  }

  private int add(String who) throws Exception {
    return provision("add", who, "--model", "reference-1", "--interval", "PT10S");
  }

  private int provision(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(
        List.of(
            "--hss",
            "hss.ims.test@" + address.getHostString() + ":" + address.getPort(),
            "--realm",
            "ims.test",
            "--own-realm",
            "mirror.test"));
    return run(all.toArray(String[]::new));
  }

  private int run(String... args) throws Exception {
    out.reset();
    err.reset();
    return Main.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        args);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }
}
