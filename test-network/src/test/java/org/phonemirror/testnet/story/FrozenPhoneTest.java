package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.clone.CloneService;
import org.phonemirror.core.clone.CloneSettings;
import org.phonemirror.core.clone.Cloning;
import org.phonemirror.core.download.serve.FileServer;
import org.phonemirror.core.download.serve.FileServerSettings;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.SyncMessage;
import org.phonemirror.testnet.demo.StorageImage;
import org.phonemirror.testnet.demo.Story;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.program.Command;

/**
 * A phone that its user has used before it has a mirror is frozen for that user while it is copied,
 * and followed then; with real machines on both sides.
 */
@Timeout(600)
class FrozenPhoneTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** 10.0.2.2 to the phone. */
  private static final InetAddress HOST = InetAddress.getLoopbackAddress();

  @TempDir Path directory;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CompletableFuture<MirrorHost> server = new CompletableFuture<>();
  private volatile CloneService clones;
  private volatile Optional<PhoneGuest> on = Optional.empty();

  /** The copy stops after its first part, until the test lets it go on. */
  private Optional<byte[]> post(String token, byte[] body)
      throws IOException, MalformedMessageException {
    if (CloneCodec.decodeRequest(body) instanceof CloneRequest.Chunks) {
      if (begun.getCount() == 0) {
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException("the test ends", e);
        }
      }
      begun.countDown();
    }
    return clones.post(token, body);
  }

  private CompletionStage<Acknowledgement> accept(
      Impu subscriber, SyncMessage message, byte[] encoded) {
    return server.thenCompose(host -> host.sink().accept(subscriber, message, encoded));
  }

  /** The phone's modem has the settings from the network. */
  private CompletionStage<Void> tell(Impu subscriber, String contentType, String body) {
    try {
      PhoneGuest phone = on.orElseThrow(() -> new IOException("the phone is off"));
      byte[] settings = body.getBytes(StandardCharsets.UTF_8);
      phone.sendFromModem("SETTINGS " + Base64.getEncoder().encodeToString(settings));
      return CompletableFuture.completedFuture(null);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Cloning copies(QemuDriver driver, int port) throws IOException {
    URI address = URI.create("http://10.0.2.2:" + port + "/");
    CloneSettings settings = CloneSettings.at(directory.resolve("clones"), address);
    clones = CloneService.open(settings, driver, Clock.systemUTC());
    return clones;
  }

  @Test
  void itTakesNoKeyWhileItIsCopiedAndThenItsMirrorFollows() throws Exception {
    PhoneImages images = Built.phone();
    KeyRing keys = new KeyRing();
    try (FileServer files =
            FileServer.start(
                FileServerSettings.at(new InetSocketAddress(HOST, 0), Optional.empty()),
                (token, now) -> new FileSource.Unknown(),
                this::post,
                Clock.systemUTC());
        SyncServer sync =
            SyncServer.start(
                SyncServerConfig.at(new InetSocketAddress(HOST, 0)),
                keys,
                this::accept,
                Clock.systemUTC());
        PhoneGuest phone =
            new PhoneGuest(images, directory.resolve("phone"), PhoneNetwork.nat(), line -> {});
        MirrorHost host =
            new MirrorHost(
                directory.resolve("server"),
                PlacementSettings.defaults(),
                new MirrorHost.Access(
                    URI.create("coaps://10.0.2.2:" + sync.address().getPort()),
                    Duration.ofSeconds(3),
                    keys,
                    this::tell,
                    driver -> copies(driver, files.address().getPort())))) {
      server.complete(host);
      try {
        copyAndFollow(images, phone, host);
      } finally {
        goOn.countDown(); // whatever waits for it would not end
      }
    }
  }

  private void copyAndFollow(PhoneImages images, PhoneGuest phone, MirrorHost host)
      throws Exception {
    use(phone.dataImage());
    phone.powerOn();
    on = Optional.of(phone);
    phone.awaitHome(PATIENCE);

    assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("%s", said(phone)).isTrue();
    phone.awaitText("This phone is copied to its mirror: ", PATIENCE);
    assertThat(said(phone)).contains("input is refused").doesNotContain("takes input again");
    assertThat(clones.isCopied(MirrorHost.SUBSCRIBER)).isFalse();
    phone.typist().key("ret").type("refused").key("ctrl-o").key("ret");
    goOn.countDown();
    Story.await("it thaws", PATIENCE, () -> said(phone).contains("takes input again"));

    // the mirror's session has begun at that moment: its home screen is shown a little later
    host.awaitCompared(1);
    Shell shell = Shell.open(phone);
    shell.line("ls >seen; exit");
    host.awaitCompared(host.awaitCompared(1).intervals() + 2);
    phone.pressPowerKey();
    phone.awaitOff(PATIENCE);
    MirrorStatus mirror = host.awaitSaved();

    assertThat(mirror.diverged()).as("%s", mirror).isZero();
    assertThat(mirror.otherSoftware()).isEmpty();
    Path saved = host.savedImage();
    assertThat(StorageImage.digest(saved, images.scope()))
        .isEqualTo(StorageImage.digest(phone.dataImage(), images.scope()));
    assertThat(text(saved, "home/seen")).doesNotContain("note.txt");
    assertThat(StorageImage.<byte[]>read(saved, top -> Files.readAllBytes(top.resolve("photo"))))
        .isEqualTo(photo());
  }

  private static String said(PhoneGuest phone) throws IOException {
    return Files.readString(phone.serialLog(), StandardCharsets.ISO_8859_1);
  }

  private static String text(Path image, String file) throws IOException {
    return StorageImage.read(image, top -> Files.readString(top.resolve(file)));
  }

  private static byte[] photo() {
    byte[] photo = new byte[400_000];
    new Random(7).nextBytes(photo);
    return photo;
  }

  /** What a user did with it before. */
  private void use(Path image) throws IOException {
    Path photo = Files.write(directory.resolve("photo"), photo());
    String commands = "write " + photo + " photo\nrm home/.msmtprc\nmkdir home/letters\n";
    Command.run(List.of("debugfs", "-w", "-f", "/dev/stdin", image.toString()), commands);
    assertThat(StorageImage.<Boolean>read(image, top -> Files.exists(top.resolve("photo"))))
        .isTrue();
  }
}
