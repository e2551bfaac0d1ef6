package org.phonemirror.testnet.story;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.provision.Main;
import org.phonemirror.hss.sh.ShConfig;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.ims.Ue;

/**
 * An integrator's staff make, change and retire a mirror by {@code ./mirror provision} at the HSS,
 * while its phone is on: by PUR and PNR to the mirror server, and by MESSAGE to the phone.
 */
class ProvisioningStoryTest {
  private static final String GRACE = "+15550008";
  private static final String IMPU = Stage.subscriber(GRACE);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path directory;
  private static Stage stage;

  private final BlockingQueue<SyncSettings> atPhone = new LinkedBlockingQueue<>();

  @BeforeAll
  static void raiseTheCurtain() throws Exception {
    stage = new Stage(directory);
  }

  @AfterAll
  static void dropTheCurtain() throws Exception {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void aMirrorIsMadeChangedRetiredAndMadeAgainWhileItsPhoneIsOn() throws Exception {
    stage.network().subscribe(GRACE);
    try (Ue phone = stage.network().ue(GRACE, this::received)) {
      get(phone.register(Duration.ofHours(1)));
      stage.awaitLogged(IMPU + ": registered, but has no mirror profile");
      assertThat(files()).isEmpty();

      provision("add", "--model", Built.MODEL, "--interval", "PT5S");
      awaitPhase("running");
      SyncSettings first = settings(Duration.ofSeconds(5));
      assertThat(files()).as("what is kept of the mirror").isNotEmpty();
      awaitStatusInHss(true);

      provision("change", "--interval", "PT3S");
      SyncSettings changed = settings(Duration.ofSeconds(3));
      assertThat(changed.identity()).as("the same phone").isEqualTo(first.identity());
      assertThat(phase()).isEqualTo("running");

      provision("remove");
      awaitPhase("absent");
      assertThat(files()).as("what is left of the mirror").isEmpty();
      awaitStatusInHss(false);

      provision("add", "--model", Built.MODEL, "--interval", "PT4S");
      awaitPhase("running");
      SyncSettings again = settings(Duration.ofSeconds(4));
      assertThat(again.identity()).as("another mirror").isNotEqualTo(first.identity());

      provision("remove");
      awaitPhase("absent");
      get(phone.deregister());
      Story.await(
          "the page shows it no more",
          PATIENCE,
          () -> stage.server().mirrors().filter(ProvisioningStoryTest::isNotShown).isPresent());
      assertThat(files()).isEmpty();
    }
  }

  private void received(Ue.Received message) {
    if (message.contentType().equals(SyncSettings.CONTENT_TYPE)) {
      atPhone.add(SyncSettings.parse(message.body()));
    }
  }

  /** Waits for the first settings with an interval; a MESSAGE may come more than once. */
  private SyncSettings settings(Duration interval) throws InterruptedException {
    SyncSettings last;
    do {
      last = atPhone.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(last).as("settings with %s reach the phone", interval).isNotNull();
    } while (!last.interval().equals(interval));
    return last;
  }

  private static void awaitPhase(String phase) throws Exception {
    stage.await(GRACE, "mirror is " + phase, mirror -> mirror.get("phase").asText().equals(phase));
  }

  private static String phase() throws Exception {
    return stage.server().mirror(IMPU).orElseThrow().get("phase").asText();
  }

  private static boolean isNotShown(List<JsonNode> mirrors) {
    return mirrors.stream().noneMatch(mirror -> mirror.get("subscriber").asText().equals(IMPU));
  }

  /** What stands on the disk for the mirror, beside the journal. */
  private static List<Path> files() throws Exception {
    Path mirrors = stage.server().state().resolve("mirrors");
    if (!Files.exists(mirrors)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(mirrors)) {
      return all.filter(path -> path.getFileName().toString().contains(GRACE)).toList();
    }
  }

  private static void awaitStatusInHss(boolean wanted) throws Exception {
    Story.await(
        "the mirror's status is " + (wanted ? "" : "not ") + "in the HSS",
        PATIENCE,
        () ->
            stage
                    .network()
                    .hss()
                    .serviceData(new Impu(IMPU), ShConfig.SERVICE_INDICATION + ".status")
                    .isPresent()
                == wanted);
  }

  /** As people do, with the options that tell where the HSS is. */
  private static void provision(String command, String... more) throws Exception {
    String hss = stage.hss().getHostString();
    List<String> args = new ArrayList<>(List.of(command, IMPU));
    args.addAll(List.of(more));
    args.addAll(List.of("--hss", hss + "@" + hss + ":" + stage.hss().getPort()));
    args.addAll(List.of("--realm", "ims.test", "--own-realm", "bss.ims.test"));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, UTF_8);
    assertThat(Main.run(out, out, args.toArray(String[]::new))).as("%s", said).isZero();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(40, TimeUnit.SECONDS);
  }
}
