package org.phonemirror.core.clone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.core.clone.CloneWorld.ALICE;
import static org.phonemirror.core.clone.CloneWorld.BOB;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.clone.Cloner;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageTree;

@Timeout(60)
class CloneServiceTest {
  private static final int BYTES = 700_000;

  @TempDir private Path directory;
  private CloneWorld world;

  @BeforeEach
  void start() throws IOException {
    world = new CloneWorld(directory);
  }

  private StorageDigest written(org.phonemirror.core.subscriber.Impu subscriber) throws Exception {
    try (Machine machine = world.driver.start(world.driver.create("m", CloneWorld.MODEL), 1)) {
      world.service.write(subscriber, machine);
      world.service.written(subscriber);
      return machine.readStorage(CloneWorld::digest);
    }
  }

  @Test
  void usedPhoneIsCopiedIntoItsMirror() throws Exception {
    Path phone = world.usedPhone("phone", 2, BYTES);
    Files.delete(phone.resolve("home/ringtone"));
    assertThat(world.copy(phone, ALICE, 5, 6)).isEqualTo(Cloner.Outcome.COPIED);
    assertThat(world.service.required(ALICE, CloneWorld.boot(6))).isEmpty();
    assertThat(world.service.isPending(ALICE)).isTrue();
    assertThat(written(ALICE)).isEqualTo(CloneWorld.digest(phone));
    assertThat(world.service.isPending(ALICE)).isFalse();
    assertThat(world.service.isCopied(ALICE)).isTrue();
    assertThat(world.chunkBytes).hasValue(BYTES);
  }

  @Test
  void phoneInItsFactoryStateIsNotCopied() throws Exception {
    assertThat(world.copy(world.phone("phone"), ALICE, 5, 6)).isEqualTo(Cloner.Outcome.INITIAL);
    assertThat(world.service.required(ALICE, CloneWorld.boot(5))).isEmpty();
    assertThat(world.service.required(ALICE, CloneWorld.boot(7))).isPresent();
    assertThat(world.service.isCopied(ALICE)).isFalse();
    assertThat(world.chunkBytes).hasValue(0);
  }

  @Test
  void interruptedAtEveryStepItGoesOnWhereItWas() throws Exception {
    Path phone = world.usedPhone("phone", 2, BYTES);
    for (int interruptions = 0; ; interruptions++) {
      String token = world.token(ALICE, 5);
      AtomicInteger left = new AtomicInteger(interruptions);
      try {
        Cloner.Outcome outcome =
            CloneWorld.cloner(phone)
                .run(
                    request -> {
                      if (left.getAndDecrement() <= 0) {
                        throw new IOException("the network is gone");
                      }
                      return world.channel(token).send(request);
                    },
                    5,
                    6,
                    CloneWorld.SILENT);
        assertThat(outcome).isEqualTo(Cloner.Outcome.COPIED);
        break;
      } catch (IOException e) {
        assertThat(e).hasMessage("the network is gone");
        world.reopen();
      }
    }
    assertThat(world.chunkBytes).hasValue(BYTES); // each once
    assertThat(written(ALICE)).isEqualTo(CloneWorld.digest(phone));
  }

  @Test
  void answersThatAreLostChangeNothing() throws Exception {
    Path phone = world.usedPhone("phone", 2, BYTES);
    String token = world.token(ALICE, 5);
    AtomicInteger sent = new AtomicInteger();
    Cloner.Outcome outcome =
        CloneWorld.cloner(phone)
            .run(
                request -> {
                  CloneReply reply = world.channel(token).send(request);
                  if (sent.getAndIncrement() % 2 == 0) {
                    throw new IOException("the answer is lost");
                  }
                  return reply;
                },
                5,
                6,
                CloneWorld.SILENT);
    assertThat(outcome).isEqualTo(Cloner.Outcome.COPIED);
    assertThat(written(ALICE)).isEqualTo(CloneWorld.digest(phone));
  }

  @Test
  void whatHasChangedSinceIsSentOnly() throws Exception {
    Path phone = world.usedPhone("phone", 2, BYTES);
    world.copy(phone, ALICE, 5, 6);
    Files.write(phone.resolve("home/photos/one"), new byte[] {1}, StandardOpenOption.APPEND);
    world.reopen();
    world.chunkBytes.set(0);
    // the phone was switched off before it sent the boot that it had named
    assertThat(world.copy(phone, ALICE, 7, 8)).isEqualTo(Cloner.Outcome.COPIED);
    assertThat(world.chunkBytes.get()).isBetween(1L, 2L * 65_536);
    assertThat(written(ALICE)).isEqualTo(CloneWorld.digest(phone));
  }

  @Test
  void storageThatChangesMeanwhileIsCopiedOnceMore() throws Exception {
    Path phone = world.usedPhone("phone", 2, BYTES);
    AtomicInteger told = new AtomicInteger();
    Cloner.Listener writing =
        new Cloner.Listener() {
          @Override
          public void frozen() {
            told.addAndGet(100);
          }

          @Override
          public void progress(CloneProgress progress) {
            if (told.getAndIncrement() == 100) {
              try {
                Files.writeString(phone.resolve("home/late"), "a mail has come");
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          }
        };
    Cloner.Outcome outcome =
        CloneWorld.cloner(phone).run(world.channel(world.token(ALICE, 5)), 5, 6, writing);
    assertThat(outcome).isEqualTo(Cloner.Outcome.COPIED);
    assertThat(told.get()).as("frozen once").isBetween(101, 199);
    assertThat(written(ALICE)).isEqualTo(CloneWorld.digest(phone));
  }

  @Test
  void wrongDigestIsRefused() throws Exception {
    Path phone = world.usedPhone("phone", 2, 10_000);
    String token = world.token(ALICE, 5);
    StorageDigest other = new StorageDigest(new byte[16], 3, 210_000, List.of());
    assertThatThrownBy(
            () ->
                CloneWorld.cloner(phone)
                    .run(
                        request ->
                            world
                                .channel(token)
                                .send(
                                    request instanceof CloneRequest.Finish finish
                                        ? new CloneRequest.Finish(finish.bootId(), other)
                                        : request),
                        5,
                        6,
                        CloneWorld.SILENT))
        .hasMessageContaining("does not stay as it is");
    assertThat(world.service.required(ALICE, CloneWorld.boot(6))).isPresent();
    assertThat(world.service.isCopied(ALICE)).isFalse();
  }

  @Test
  void moreThanTheQuotaIsRefused() throws Exception {
    world.settings = world.settings.withMaxBytes(BYTES);
    world.reopen();
    Path phone = world.usedPhone("phone", 2, BYTES);
    assertThatThrownBy(() -> world.copy(phone, ALICE, 5, 6))
        .hasMessageContaining("user storage has 900000 bytes, at most 700000 are copied");
  }

  @Test
  void otherSoftwareIsToldOf() throws Exception {
    world.driver.setSoftware("v2");
    Path phone = world.usedPhone("phone", 2, BYTES);
    assertThatThrownBy(() -> world.copy(phone, ALICE, 5, 6))
        .hasMessageContaining("phone runs software v1 of 'reference', the template is of v2")
        .hasMessageContaining("build the template from the images of the phone's version");
  }

  @Test
  void nothingIsSharedUnlessItIsConfigured() throws Exception {
    world.copy(world.usedPhone("one", 2, BYTES), ALICE, 5, 6);
    world.copy(world.usedPhone("two", 2, BYTES), BOB, 5, 6);
    assertThat(world.chunkBytes).hasValue(2L * BYTES);
  }

  @Test
  void whatAnotherPhoneHasSentIsNotSentAgain() throws Exception {
    world.settings = world.settings.withAcrossMirrors(true);
    world.reopen();
    world.copy(world.usedPhone("one", 2, BYTES), ALICE, 5, 6);
    Path two = world.usedPhone("two", 2, BYTES);
    world.copy(two, BOB, 5, 6);
    assertThat(world.chunkBytes).hasValue(BYTES);
    world.service.forget(ALICE);
    assertThat(written(BOB)).isEqualTo(CloneWorld.digest(two));
    world.service.forget(BOB);
    try (Stream<Path> files = Files.walk(world.settings.directory().resolve("shared"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void whoKnowsButANameLearnsNothing() throws Exception {
    world.settings = world.settings.withAcrossMirrors(true);
    world.reopen();
    world.copy(world.usedPhone("one", 2, 4000), ALICE, 5, 6);
    CloneManifest.Chunk guessed =
        new CloneManifest.Chunk(
            CloneManifest.Chunk.id(CloneWorld.random(2, 4000)), 4000, new byte[8]);
    CloneManifest manifest =
        new CloneManifest(
            List.of(
                new CloneManifest.Entry(
                    "f", StorageTree.Kind.FILE, 0600, 0, "", List.of(guessed))));
    String token = world.token(BOB, 5);
    StorageDigest digest = new StorageDigest(new byte[16], 1, 4000, List.of());
    world.channel(token).send(new CloneRequest.Begin(5, CloneWorld.MODEL, "", digest));
    byte[] encoded = org.phonemirror.sync.CloneCodec.encode(manifest);
    CloneReply reply =
        world
            .channel(token)
            .send(
                new CloneRequest.Manifest(
                    CloneManifest.Chunk.id(encoded), encoded.length, 0, encoded));
    assertThat(reply).isEqualTo(new CloneReply.Wanted(List.of(0), 4000));
  }

  @Test
  void damagedChunkIsSentAgain() throws Exception {
    Path phone = world.usedPhone("phone", 2, BYTES);
    world.copy(phone, ALICE, 5, 6);
    Path chunk;
    try (Stream<Path> files = Files.walk(world.settings.directory().resolve("phones"))) {
      chunk =
          files
              .filter(file -> file.getFileName().toString().length() == 64)
              .filter(Files::isRegularFile)
              .findAny()
              .orElseThrow();
    }
    Files.write(chunk, new byte[] {0});
    world.reopen();
    assertThatThrownBy(() -> written(ALICE)).isInstanceOf(MachineException.class);
    world.driver.remove("m");
    assertThat(world.copy(phone, ALICE, 7, 8)).isEqualTo(Cloner.Outcome.COPIED);
    assertThat(written(ALICE)).isEqualTo(CloneWorld.digest(phone));
  }

  @Test
  void mirrorThatIsOtherThanTheCopyIsNotTaken() throws Exception {
    world.copy(world.usedPhone("phone", 2, BYTES), ALICE, 5, 6);
    world.driver.failNext(FakeMachineDriver.Operation.WRITE, "disk full");
    assertThatThrownBy(() -> written(ALICE)).hasMessageContaining("disk full");
    assertThat(world.service.isPending(ALICE)).isTrue();
  }

  @Test
  void unknownCapabilityGivesNothing() throws Exception {
    assertThat(world.service.post("0".repeat(32), new byte[] {1})).isEmpty();
    String token = world.token(ALICE, 5);
    world.service.forget(ALICE);
    assertThat(world.service.post(token, new byte[] {1})).isEmpty();
  }
}
