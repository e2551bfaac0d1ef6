package org.phonemirror.client.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.EntrySet;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageTree;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.delta.Signature;

class AnswererTest {
  private static final long MOMENT = 1_790_000_000_000_000L;
  private static final int ROOM = 200_000;

  @TempDir Path storage;
  private boolean metered = true;
  private boolean charging;
  private final PhoneConditions conditions =
      new PhoneConditions() {
        @Override
        public boolean metered() {
          return metered;
        }

        @Override
        public boolean charging() {
          return charging;
        }
      };

  private Answerer answerer() {
    return new Answerer(new StorageReader(storage), conditions);
  }

  private void write(String name, byte[] content, long modifiedMicros) throws IOException {
    Path file = storage.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(modifiedMicros, TimeUnit.MICROSECONDS));
  }

  private Moment moment(String... unsettled) throws IOException {
    StorageScanner scanner = new StorageScanner(storage);
    StorageDigest digest = scanner.scan(List.of(unsettled));
    return new Moment(MOMENT, digest, scanner.tree());
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Ask fetch(String path) {
    return new Ask.Fetch(path, Signature.none(0));
  }

  @Test
  void whatIsNotThereOrNotSettledIsSaid() throws Exception {
    write("old", random(10), MOMENT - 60_000_000);
    write("fresh", random(10), MOMENT - 500_000);
    write("dir/x", random(10), MOMENT - 60_000_000);
    Answerer answerer = answerer();
    answerer.asked(
        List.of(fetch("old"), fetch("fresh"), fetch("dir/x"), fetch("dir"), fetch("gone")));
    List<Answer> answers = answerer.answer(moment("dir/x"), ROOM);
    assertThat(answers.get(0)).isInstanceOf(Answer.Content.class);
    assertThat(answers.subList(1, 5))
        .containsExactly(
            new Answer.None("fresh", Answer.Reason.UNSETTLED),
            new Answer.None("dir/x", Answer.Reason.UNSETTLED),
            new Answer.None("dir", Answer.Reason.GONE),
            new Answer.None("gone", Answer.Reason.GONE));
    assertThat(answerer.isIdle()).isTrue();
    assertThat(answerer.answer(moment(), ROOM)).isEmpty();
  }

  @Test
  void asksAndAnswersTogetherKeepToTheBudget() throws Exception {
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      write("f" + i, random(900 + i), MOMENT - 60_000_000);
      asks.add(new Ask.Fetch("f" + i, Signature.of(random(600), 0)));
    }
    int asked = asks.stream().mapToInt(SyncCodec::length).sum();
    for (int budget : new int[] {1024, 3000, 16_384}) {
      Answerer answerer = answerer();
      answerer.setBudget(budget);
      answerer.asked(asks);
      List<Answer> answers = answerer.answer(moment(), ROOM);
      int answered = answers.stream().mapToInt(SyncCodec::length).sum();
      assertThat(asked + answered).isLessThanOrEqualTo(Math.max(budget, asked));
    }
  }

  @Test
  void aBigFileWaitsForWifiOrTheChargerAndThenGoesPieceByPiece() throws Exception {
    write("big", random(60_000), MOMENT - 60_000_000);
    Answerer answerer = answerer();
    answerer.asked(List.of(fetch("big")));
    assertThat(answerer.answer(moment(), ROOM))
        .containsExactly(new Answer.None("big", Answer.Reason.POSTPONED));
    for (int i = 1; i < Answerer.PATIENCE; i++) {
      assertThat(answerer.answer(moment(), ROOM)).isEmpty();
    }
    Answer.Content piece = (Answer.Content) answerer.answer(moment(), ROOM).get(0);
    assertThat(piece.end()).isBetween(15_000L, 16_384L);

    answerer.asked(List.of(new Ask.Fetch("big", Signature.none(piece.end()))));
    Answer.Content next = (Answer.Content) answerer.answer(moment(), ROOM).get(0);
    assertThat(next.offset()).isEqualTo(piece.end());

    answerer.asked(List.of(fetch("big")));
    charging = true;
    Answer.Content all = (Answer.Content) answerer.answer(moment(), ROOM).get(0);
    assertThat(all.delta().length()).isEqualTo(60_000);
  }

  @Test
  void aDirectoryThatIsTooMuchIsToldInPart() throws Exception {
    for (int i = 0; i < 200; i++) {
      write("d/file with a rather long name " + i, random(5), MOMENT - 60_000_000);
    }
    Answerer answerer = answerer();
    answerer.setBudget(1024);
    answerer.asked(List.of(new Ask.Compare("d", EntrySet.of(1, "d", StorageTree.empty(), 100))));
    Answer.Differences part = (Answer.Differences) answerer.answer(moment(), ROOM).get(0);
    assertThat(part.directories()).hasSize(1);
    assertThat(part.directories().get(0).complete()).isFalse();
    assertThat(part.directories().get(0).others()).hasSizeBetween(10, 30);
    assertThat(SyncCodec.length(part)).isLessThanOrEqualTo(1024);
  }

  @Test
  void linuxTellsOfNetworkAndCharger(@TempDir Path root) throws Exception {
    Path power = Files.createDirectories(root.resolve("power_supply"));
    Path net = Files.createDirectories(root.resolve("net"));
    Path routes = root.resolve("route");
    LinuxConditions linux = new LinuxConditions(power, net, routes);
    assertThat(linux.metered()).isTrue();
    assertThat(linux.charging()).isFalse();
    Files.createDirectories(net.resolve("wlan0/wireless"));
    Files.createDirectories(net.resolve("rmnet0"));
    String head = "Iface\tDestination\tGateway \n";
    Files.writeString(routes, head + "wlan0\t00000000\t0100A8C0\nrmnet0\t0000A8C0\t0\n");
    assertThat(linux.metered()).isFalse();
    Files.writeString(routes, head + "wlan0\t00000000\t0100A8C0\nrmnet0\t00000000\t0\n");
    assertThat(linux.metered()).isTrue();
    supply(power, "BAT0", "type", "Battery", "status", "Discharging");
    supply(power, "AC", "type", "Mains", "online", "0");
    assertThat(linux.charging()).isFalse();
    supply(power, "AC", "type", "Mains", "online", "1");
    assertThat(linux.charging()).isTrue();
    supply(power, "AC", "type", "Mains", "online", "0");
    supply(power, "BAT0", "type", "Battery", "status", "Charging");
    assertThat(linux.charging()).isTrue();
  }

  private static void supply(Path power, String name, String... files) throws IOException {
    Path supply = Files.createDirectories(power.resolve(name));
    for (int i = 0; i < files.length; i += 2) {
      Files.writeString(supply.resolve(files[i]), files[i + 1] + "\n");
    }
  }
}
