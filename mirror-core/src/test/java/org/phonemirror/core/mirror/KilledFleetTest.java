package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.qemu.HomeScreen;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.TestTemplate;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncMessage;

/**
 * The server's process is killed while its mirrors work: start, replay, save. Another goes on with
 * its journal and its checkpoints, and phones send what they have no answer to again.
 */
class KilledFleetTest {
  private static final int CONNECTIONS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  @TempDir Path directory;

  /** What a phone sends, in its order; each is made once. */
  private interface Messages {
    SyncMessage make(int index) throws IOException;
  }

  /** How a message gets to a server. */
  private interface Channel {
    Acknowledgement send(int phone, byte[] message) throws IOException;
  }

  private static final class Phone {
    final int number;
    final Messages messages;
    Optional<SyncMessage> pending = Optional.empty();
    long acknowledged;

    Phone(int number, Messages messages) {
      this.number = number;
      this.messages = messages;
    }

    /** Sends its next message, or the one that got no answer, if it has a mirror by now. */
    void send(Channel channel) throws IOException {
      if (pending.isEmpty()) {
        pending = Optional.of(messages.make((int) acknowledged));
      }
      Acknowledgement answer = channel.send(number, SyncCodec.encode(pending.get()));
      if (answer.status() == Acknowledgement.Status.UNAVAILABLE) {
        return;
      }
      assertThat(answer.status()).as("%s", answer).isEqualTo(Acknowledgement.Status.ACCEPTED);
      acknowledged = pending.get().sequence();
      pending = Optional.empty();
    }
  }

  @Test
  @Timeout(1200)
  void aHundredMirrorsGoOnAndEqualTheirPhones() throws Exception {
    int messages = 10;
    List<Phone> phones = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int number = i;
      FakePhone phone = new FakePhone(directory.resolve("phone-" + i), MirrorFleet.MODEL);
      phones.add(
          new Phone(
              i,
              index -> {
                if (index == 0) {
                  return phone.boot();
                }
                return index < messages - 1
                    ? phone.type("line " + index + " of " + number)
                    : phone.shutdown();
              }));
    }
    Path state = directory.resolve("server");
    killInMidWork(phones, messages, state, Optional.empty());
    try (MirrorFleet fleet = new MirrorFleet(state, Optional.empty(), Duration.ZERO)) {
      goesOn(fleet, phones, messages);
      for (Phone phone : phones) {
        Path typed = directory.resolve("phone-" + phone.number).resolve(FakeMachineDriver.TYPED);
        assertThat(savedText(fleet.driver(), phone)).isEqualTo(Files.readString(typed));
      }
    }
  }

  private static String savedText(MachineDriver driver, Phone phone) throws Exception {
    Checkpoint saved = driver.latest(MirrorFleet.subscriber(phone.number).uri()).orElseThrow();
    try (Machine machine = driver.start(saved, Long.MAX_VALUE)) {
      return machine.readStorage(top -> Files.readString(top.resolve(FakeMachineDriver.TYPED)));
    }
  }

  @Test
  @Timeout(1200)
  void realGuestsGoOnAndEqualTheirPhones() throws Exception {
    Path templates = Files.createDirectory(directory.resolve("templates"));
    TestTemplate.buildIn(templates);
    List<SyncMessage> recorded = record(templates);
    List<Phone> phones = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      phones.add(new Phone(i, recorded::get));
    }
    Path state = directory.resolve("server");
    killInMidWork(phones, recorded.size(), state, Optional.of(templates));
    try (MirrorFleet fleet = new MirrorFleet(state, Optional.of(templates), Duration.ZERO)) {
      goesOn(fleet, phones, recorded.size());
    }
  }

  /** All phones do the same at the same time; one of them has really done it. */
  private List<SyncMessage> record(Path templates) throws Exception {
    long boot = (System.currentTimeMillis() - 3_600_000) * 1000;
    List<SyncMessage> messages = new ArrayList<>();
    messages.add(new Boot(1, 1, boot, TestTemplate.MODEL));
    try (QemuDriver driver =
            new QemuDriver(templates, directory.resolve("recording"), QemuSettings.defaults());
        Machine phone = driver.start(driver.create("phone", TestTemplate.MODEL), 1)) {
      phone.powerOn(boot);
      long start = boot;
      for (int i = 2; i <= 5; i++) {
        Typing typing = i == 2 ? HomeScreen.shell(boot) : Typing.at(start);
        typing.type("echo " + i + " >> typed\n");
        long end = typing.micros() + 2_000_000;
        phone.replay(start, end - start, typing.events(), Tape.silent(start, end));
        messages.add(
            new Batch(i, 1, start, end - start, typing.events(), 0, digest(driver, phone)));
        start = end;
      }
      phone.powerOff(start);
      messages.add(new Shutdown(6, 1, start, digest(driver, phone)));
    }
    return messages;
  }

  private static StorageDigest digest(MachineDriver driver, Machine phone) throws Exception {
    var scope = driver.storageScope(TestTemplate.MODEL);
    return phone.readStorage(top -> new StorageScanner(top, scope).scan(List.of()));
  }

  /** Lets a server of its own process take all messages but the last, and kills it meanwhile. */
  private static void killInMidWork(
      List<Phone> phones, int messages, Path state, Optional<Path> templates) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(FleetServer.class.getName(), state.toString(), "" + phones.size()));
    templates.ifPresent(path -> command.add(path.toString()));
    Process server =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<Thread> feeders = new ArrayList<>();
    ConcurrentLinkedQueue<AssertionError> wrong = new ConcurrentLinkedQueue<>();
    try (BufferedReader out = server.inputReader(StandardCharsets.UTF_8)) {
      int port = Integer.parseInt(out.readLine());
      for (int i = 0; i < CONNECTIONS; i++) {
        int rest = i;
        List<Phone> own = phones.stream().filter(p -> p.number % CONNECTIONS == rest).toList();
        Thread feeder =
            new Thread(
                () -> {
                  try (Socket socket = new Socket(FleetServer.HOST, port)) {
                    feed(own, messages - 1, over(socket));
                  } catch (AssertionError e) {
                    wrong.add(e);
                  } catch (IOException e) {
                    // the server is killed
                  }
                });
        feeders.add(feeder);
        feeder.start();
      }
      awaitMidWork(port, phones.size() * messages * 2 / 5);
    } finally {
      server.destroyForcibly().waitFor();
      for (Thread feeder : feeders) {
        feeder.join();
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** So many messages are replayed, while phones go on sending. */
  private static void awaitMidWork(int port, int wanted) throws Exception {
    try (Socket socket = new Socket(FleetServer.HOST, port)) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      int behind;
      int replayed;
      do {
        TimeUnit.MILLISECONDS.sleep(10);
        out.writeLong(0); // a phone's number, and no message
        behind = in.readInt();
        replayed = in.readInt();
        assertThat(System.nanoTime())
            .as("behind %d, replayed %d", behind, replayed)
            .isLessThan(deadline);
      } while (replayed < wanted);
    }
  }

  private static Channel over(Socket socket) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    return (number, message) -> {
      out.writeInt(number);
      out.writeInt(message.length);
      out.write(message);
      try {
        return SyncCodec.decodeAcknowledgement(in.readNBytes(in.readInt()));
      } catch (MalformedMessageException e) {
        throw new IOException("half an answer", e);
      }
    };
  }

  /** Sends in turn until each phone has sent so many. */
  private static void feed(List<Phone> phones, int messages, Channel channel) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (phones.stream().anyMatch(phone -> phone.acknowledged < messages)) {
      assertThat(System.nanoTime()).as("not all is taken").isLessThan(deadline);
      for (Phone phone : phones) {
        if (phone.acknowledged < messages) {
          phone.send(channel);
        }
      }
    }
  }

  /** What was acknowledged is there, the rest is taken, and all mirrors end like their phones. */
  private static void goesOn(MirrorFleet fleet, List<Phone> phones, int messages) throws Exception {
    await(fleet, phones, (phone, mirror) -> true);
    var found =
        fleet.status().stream()
            .collect(Collectors.toMap(MirrorStatus::subscriber, MirrorStatus::accepted));
    for (Phone phone : phones) {
      // what was written but not yet acknowledged when the end came may be there
      assertThat(found.get(MirrorFleet.subscriber(phone.number).uri()))
          .as("mirror %d", phone.number)
          .isBetween(phone.acknowledged, phone.acknowledged + 1);
    }
    feed(phones, messages, fleet::accept);
    for (Phone phone : phones) {
      fleet.phoneOff(phone.number);
    }
    await(
        fleet,
        phones,
        (phone, mirror) ->
            mirror.phase() == MirrorStatus.Phase.SAVED && mirror.replayed() == messages);
    assertThat(fleet.status())
        .allSatisfy(
            mirror -> {
              assertThat(mirror.accepted()).isEqualTo(messages);
              assertThat(mirror.intervals()).as("all but the boot, once").isEqualTo(messages - 1);
              assertThat(mirror.diverged()).isZero();
              assertThat(mirror.last().orElseThrow().identical()).isTrue();
              assertThat(mirror.failure()).isEmpty();
            });
  }

  private interface Wanted {
    boolean holds(Phone phone, MirrorStatus mirror);
  }

  private static void await(MirrorFleet fleet, List<Phone> phones, Wanted wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var mirrors =
          fleet.status().stream()
              .collect(Collectors.toMap(MirrorStatus::subscriber, mirror -> mirror));
      List<Phone> missing =
          phones.stream()
              .filter(
                  phone -> {
                    MirrorStatus mirror = mirrors.get(MirrorFleet.subscriber(phone.number).uri());
                    return mirror == null || !wanted.holds(phone, mirror);
                  })
              .toList();
      if (missing.isEmpty()) {
        return;
      }
      assertThat(System.nanoTime())
          .as("%d missing, the first is %d", missing.size(), missing.get(0).number)
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
