package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.repair.Answerer;
import org.phonemirror.client.repair.Moment;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.client.repair.StorageReader;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.repair.Interval;
import org.phonemirror.core.repair.Outcome;
import org.phonemirror.core.repair.Repair;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/** A reference phone's mirror is made equal to a phone that has gone another way. */
class RepairOnGuestTest {
  private static final long BOOT = 1_767_600_000_000_000L;
  private static final long INTERVAL = 1_000_000;
  private static final int ROUNDS = 6;
  private static final int ASK_BYTES = 8192;
  private static final int ROOM = 200_000;

  @TempDir private static Path templates;
  @TempDir private Path state;
  @TempDir private Path directory;

  @Test
  void aGuestThatHasDivergedBecomesEqual() throws Exception {
    TestTemplate.buildIn(templates);
    Path phone = directory.resolve("phone");
    try (QemuDriver driver = new QemuDriver(templates, state, QemuSettings.defaults());
        Machine machine = driver.start(driver.create("m", TestTemplate.MODEL), 1)) {
      machine.powerOn(BOOT);
      machine.readStorage(top -> copy(top, phone));
      change(phone);
      Repair repair = new Repair(StorageScope.ALL);
      Answerer answerer = new Answerer(new StorageReader(phone), PhoneConditions.METERED);
      answerer.setBudget(ROOM);
      Outcome outcome = null;
      for (int i = 0; i < ROUNDS; i++) {
        machine.replay(BOOT + i * INTERVAL, INTERVAL, List.of(), Tape.silent(0, 0));
        StorageScanner scanner = new StorageScanner(phone);
        StorageDigest digest = scanner.scan(List.of());
        // the files are of the test's time, which is later than the phone's
        long moment = (System.currentTimeMillis() + 60_000) * 1000;
        List<Answer> answers = answerer.answer(new Moment(moment, digest, scanner.tree()), ROOM);
        Interval told = new Interval(digest, answers, BOOT + (i + 1) * INTERVAL, false);
        outcome = repair.settle(machine, told, i == 0, false, ASK_BYTES);
        outcome.asks().ifPresent(answerer::asked);
      }
      assertThat(outcome.identical()).isTrue();
      machine.powerOff(BOOT + ROUNDS * INTERVAL);
      StorageDigest wanted = new StorageScanner(phone).scan(List.of());
      StorageDigest after = machine.readStorage(top -> new StorageScanner(top).scan(List.of()));
      assertThat(after).isEqualTo(wanted);
    }
  }

  private static boolean copy(Path from, Path to) throws IOException {
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

  private static void change(Path phone) throws IOException {
    byte[] random = new byte[100_000];
    new Random(1).nextBytes(random);
    Files.createDirectories(phone.resolve("home/new/deep er"));
    Files.write(phone.resolve("home/new/deep er/ünï\ncode"), random);
    Files.createSymbolicLink(phone.resolve("home/new/link"), Path.of("../../etc"));
    Files.writeString(phone.resolve("home/.muttrc"), "# changed\n");
    Files.delete(phone.resolve("home/.msmtprc"));
  }
}
