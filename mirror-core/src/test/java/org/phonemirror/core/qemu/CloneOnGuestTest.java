package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.clone.Cloner;
import org.phonemirror.client.clone.HttpCloneChannel;
import org.phonemirror.client.services.FileServer;
import org.phonemirror.core.clone.CloneService;
import org.phonemirror.core.clone.CloneSettings;
import org.phonemirror.core.download.serve.FileServerSettings;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/** A reference phone with 5 MB of its user's files becomes the first checkpoint of its mirror. */
@Timeout(240)
class CloneOnGuestTest {
  private static final Impu SUBSCRIBER = new Impu("sip:+15550001@ims.test");
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final String HOST = "127.38.2.1";

  @TempDir private static Path templates;
  @TempDir private Path state;
  @TempDir private Path directory;

  @Test
  void usedPhoneHasAMirror() throws Exception {
    TestTemplate.buildIn(templates);
    Path phone = directory.resolve("phone");
    try (QemuDriver driver = new QemuDriver(templates, state, QemuSettings.defaults())) {
      StorageScope scope = driver.storageScope(TestTemplate.MODEL);
      driver.readFactory(TestTemplate.MODEL, top -> copy(top, phone));
      use(phone);
      StorageDigest used = new StorageScanner(phone, scope).scan(List.of());
      CloneService service = service(driver);
      try (var files =
          org.phonemirror.core.download.serve.FileServer.start(
              FileServerSettings.at(new InetSocketAddress(HOST, 8443), Optional.empty()),
              (token, now) -> new FileSource.Unknown(),
              service,
              Clock.systemUTC())) {
        assertThat(files.address().getPort()).isEqualTo(8443);
        send(service, phone, scope);
      }
      Checkpoint made = driver.create("m", TestTemplate.MODEL);
      try (Machine machine = driver.start(made, 1)) {
        long begin = System.nanoTime();
        service.write(SUBSCRIBER, machine);
        machine.save(0);
        System.out.printf(
            "%d bytes in %d files are in the mirror after %d ms%n",
            used.bytes(), used.files(), (System.nanoTime() - begin) / 1_000_000);
      }
      Checkpoint base = driver.latest("m").orElseThrow();
      assertThat(base.position()).isZero();
      try (Machine machine = driver.start(base, 2)) {
        machine.powerOn(BOOT);
        machine.replay(BOOT, 1_000_000, List.of(), Tape.silent(0, 0));
        StorageDigest mirror =
            machine.readStorage(top -> new StorageScanner(top, scope).scan(List.of()));
        assertThat(mirror).isEqualTo(used);
      }
    }
  }

  private CloneService service(QemuDriver driver) throws Exception {
    URI address = URI.create("http://" + HOST + ":8443/");
    return CloneService.open(
        CloneSettings.at(directory.resolve("clones"), address), driver, Clock.systemUTC());
  }

  private static void send(CloneService service, Path phone, StorageScope scope) throws Exception {
    Boot boot = new Boot(1, 5, BOOT, TestTemplate.MODEL);
    URI address = service.required(SUBSCRIBER, boot).orElseThrow();
    FileServer server = FileServer.trusting(new byte[0]);
    RetryPolicy retry = new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(100));
    Cloner.Outcome outcome =
        new Cloner(phone, scope, TestTemplate.MODEL, "", retry, 3)
            .run(
                new HttpCloneChannel(() -> server.open(address, 0)),
                5,
                6,
                new Cloner.Listener() {
                  @Override
                  public void frozen() {}

                  @Override
                  public void progress(CloneProgress progress) {
                    assertThat(progress.sent()).isLessThanOrEqualTo(progress.toSend());
                  }
                });
    assertThat(outcome).isEqualTo(Cloner.Outcome.COPIED);
    assertThat(service.required(SUBSCRIBER, new Boot(1, 6, BOOT, TestTemplate.MODEL))).isEmpty();
  }

  private static boolean copy(Path from, Path to) throws java.io.IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectory(target);
        } else {
          Files.copy(path, target, LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
    return true;
  }

  private static void use(Path phone) throws java.io.IOException {
    Random random = new Random(1);
    Path photos = Files.createDirectories(phone.resolve("home/photos of a\nholiday"));
    for (int i = 0; i < 20; i++) {
      byte[] photo = new byte[250_000];
      random.nextBytes(photo);
      Files.write(photos.resolve("ünï " + i + ".jpg"), photo);
    }
    Files.createSymbolicLink(photos.resolve("latest"), Path.of("ünï 19.jpg"));
    Files.createDirectories(phone.resolve("home/empty"));
    Files.writeString(phone.resolve("home/.muttrc"), "# changed\n");
    Files.delete(phone.resolve("home/.msmtprc"));
  }
}
