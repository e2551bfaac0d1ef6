package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.phonemirror.testnet.mms.RelayAtWork.ALICE;
import static org.phonemirror.testnet.mms.RelayAtWork.BOB;

import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.mms.Content;
import org.phonemirror.core.mms.ContentType;
import org.phonemirror.core.mms.Envelope;
import org.phonemirror.core.mms.Expiry;
import org.phonemirror.core.mms.MessageClass;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.Part;
import org.phonemirror.core.mms.ResponseStatus;
import org.phonemirror.core.mms.Status;
import org.phonemirror.testnet.program.Program;

/** The reference phone's program, compiled for this machine, with sanitizers. */
class MmsProgramTest {
  private static final String HOST = "127.34.3.1";
  private static final Path SOURCES = Path.of("..", "mirror-core", "guest", "mms");
  private static final int USAGE = 2;
  private static final int NETWORK = 3;
  private static final int REFUSED = 4;
  private static final int MALFORMED = 5;
  private static final int STORAGE = 6;

  @TempDir static Path built;
  @TempDir Path phone;

  /** What a run of it said. */
  private record Run(int code, String output) {}

  @BeforeAll
  static void compile() throws Exception {
    assumeTrue(Program.find("gcc").isPresent(), "gcc is not installed: install the package gcc");
    List<String> command =
        new ArrayList<>(
            List.of(
                "gcc",
                "-std=c11",
                "-D_GNU_SOURCE",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all"));
    command.add("-o");
    command.add(built.resolve("mms").toString());
    try (Stream<Path> files = Files.list(SOURCES)) {
      files.filter(f -> f.toString().endsWith(".c")).sorted().forEach(f -> command.add("" + f));
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(built.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(built.resolve("log"))).isZero();
  }

  @BeforeEach
  void factoryState() throws IOException {
    for (String directory : List.of("inbox", "push", "sent", "home")) {
      Files.createDirectories(phone.resolve(directory));
    }
    relayIs("http://" + HOST + ":8190/mms");
  }

  private void relayIs(String url) throws IOException {
    Files.writeString(phone.resolve("home/.mmsrc"), "relay " + url + "\ntimeout 5 # seconds\n");
  }

  private Run mms(String... arguments) throws Exception {
    return mmsWith("", arguments);
  }

  private Run mmsWith(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(built.resolve("mms").toString()));
    command.addAll(List.of(arguments));
    Path output = phone.resolve("output");
    Path stdin = Files.writeString(phone.resolve("input"), input);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(phone.toFile())
            .redirectErrorStream(true)
            .redirectInput(stdin.toFile())
            .redirectOutput(output.toFile());
    builder.environment().put("MMS_DIR", phone.toString());
    builder.environment().put("HOME", phone.resolve("home").toString());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = read(output);
    assertThat(said).doesNotContain("Sanitizer", "runtime error");
    return new Run(process.exitValue(), said);
  }

  @Test
  void aMessageIsSentAndKeptAndItsReportComes() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      Run run = mmsWith("Grüße aus Göteborg\n", "send", "+15550002,15550003", "Grüße", "-");
      assertThat(run.code()).as(run.output()).isZero();
      MmsMessage.Notification notification = at.notification(BOB);
      assertThat(notification.subject()).contains("Grüße");

      byte[] kept = Files.readAllBytes(phone.resolve("sent/00001.mms"));
      MmsMessage.SendRequest sent = (MmsMessage.SendRequest) MmsDecoder.decode(kept);
      assertThat(MmsEncoder.encode(sent)).as("as the other encoder writes it").isEqualTo(kept);
      assertThat(sent.transactionId()).isEqualTo("T1");
      assertThat(sent.envelope().to()).containsExactly("+15550002/TYPE=PLMN", "15550003/TYPE=PLMN");
      assertThat(sent.content().parts().get(0).text()).contains("Grüße aus Göteborg\n");
      at.phoneIs(BOB);
      String id = at.get(notification.contentLocation()).messageId().orElseThrow();
      String record = read(phone.resolve("sent/00001.txt"));
      assertThat(record)
          .isEqualTo(
              "To: +15550002,15550003\nSubject: Grüße\nFile: text.txt\nMessage-ID: " + id + "\n");
      assertThat(run.output()).isEqualTo("sent 1: " + id + "\n");

      // Bob's phone has it, and Alice's is told
      at.notification("+15550003");
      at.post(new MmsMessage.NotifyResponse(notification.transactionId(), Status.RETRIEVED, true));
      RelayAtWork.Pushed report = at.take();
      assertThat(report.number()).isEqualTo(ALICE);
      Files.write(phone.resolve("push/00001.mms"), report.pdu());
      assertThat(mms("fetch").output())
          .isEqualTo("1 report on " + id + ": +15550002/TYPE=PLMN retrieved\n");
      assertThat(read(phone.resolve("sent/00001.txt")))
          .isEqualTo(record + "Report: +15550002/TYPE=PLMN retrieved\n");
      assertThat(phone.resolve("push/00001.mms")).doesNotExist();
    }
  }

  @Test
  void aPictureKeepsItsName() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      byte[] picture = new byte[100_000];
      new Random(7).nextBytes(picture);
      Files.write(phone.resolve("photo.jpg"), picture);
      assertThat(mms("send", BOB, "Look", "photo.jpg").code()).isZero();
      at.phoneIs(BOB);
      Files.write(phone.resolve("push/00001.mms"), at.take().pdu());
      assertThat(mms("inbox").output())
          .startsWith("1 new from +15550001/TYPE=PLMN, 1000")
          .endsWith(": Look\n");
      Run fetched = mms("fetch", "1");
      assertThat(fetched).isEqualTo(new Run(0, "inbox/1 from +15550001/TYPE=PLMN: Look\n"));
      assertThat(Files.readAllBytes(phone.resolve("inbox/1/photo.jpg"))).isEqualTo(picture);
      assertThat(read(phone.resolve("inbox/1/message.txt")))
          .startsWith("From: +15550001/TYPE=PLMN\nSubject: Look\nMessage-ID: ")
          .endsWith("\nPart: photo.jpg image/jpeg 100000\n");
      assertThat(mms("inbox").output()).isEqualTo("inbox/1 from +15550001/TYPE=PLMN: Look\n");
      assertThat(at.relay.waiting()).isZero();
      assertThat(phone.resolve("push/00001.mms")).doesNotExist();
    }
  }

  @Test
  void whatIsDeferredIsAcknowledgedLater() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      at.send(RelayAtWork.message(BOB));
      at.phoneIs(BOB);
      Files.write(phone.resolve("push/00003.mms"), at.take().pdu());
      assertThat(mms("defer", "3")).isEqualTo(new Run(0, ""));
      assertThat(mms("inbox").output()).startsWith("3 later from +15550001/TYPE=PLMN");
      assertThat(at.relay.waiting()).isEqualTo(1);
      assertThat(mms("fetch").output()).isEqualTo("inbox/3 from +15550001/TYPE=PLMN: Hello\n");
      assertThat(at.relay.waiting()).isZero();
      assertThat(((MmsMessage.DeliveryReport) at.take().message()).status())
          .isEqualTo(Status.RETRIEVED);
      assertThat(read(phone.resolve("inbox/3/text.txt"))).isEqualTo("How are you?");
      assertThat(mms("fetch", "3").code()).isEqualTo(USAGE);
    }
  }

  @Test
  void twoPhonesWriteTheSame() throws Exception {
    List<byte[]> first = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (Closeable relay = relay(sendConfirmation("T1"))) {
        mmsWith("text", "send", BOB, "Hi", "-");
      }
      byte[] sent = Files.readAllBytes(phone.resolve("sent/00001.mms"));
      byte[] record = Files.readAllBytes(phone.resolve("sent/00001.txt"));
      if (i == 0) {
        first.addAll(List.of(sent, record));
        for (String file : List.of("sent/00001.mms", "sent/00001.txt", "next")) {
          Files.delete(phone.resolve(file));
        }
      } else {
        assertThat(sent).isEqualTo(first.get(0));
        assertThat(record).isEqualTo(first.get(1));
      }
    }
  }

  @Test
  void whatIsWrongIsToldAndNothingIsKept() throws Exception {
    assertThat(mms("send", BOB).code()).isEqualTo(USAGE);
    assertRun(mms("send", "Bob", "Hi", "input"), USAGE, "'Bob' is no telephone number");
    assertRun(mms("send", "+15550002,", "Hi", "input"), USAGE, "'' is no telephone number");
    assertRun(mms("send", BOB, "Hi", "nothing.txt"), STORAGE, "nothing.txt: No such file");
    assertRun(mms("fetch", "x"), USAGE, "'x' is no number");
    Files.write(phone.resolve("large"), new byte[300 * 1024 + 1]);
    assertRun(mms("send", BOB, "Hi", "large"), USAGE, "has more than 307200 bytes");
    // nobody listens there
    assertRun(mms("send", BOB, "Hi", "input"), NETWORK, "8190/mms: Connection refused");
    relayIs("http://relay.example/");
    assertRun(mms("send", BOB, "Hi", "input"), NETWORK, "is no URL like http://10.0.2.2:8190/");
    Files.writeString(phone.resolve("home/.mmsrc"), "rely x\n");
    assertRun(mms("inbox"), USAGE, "'rely x' is neither 'relay URL' nor 'timeout SECONDS'");
    assertThat(list("sent")).isEmpty();
  }

  @Test
  void aRelayThatRefusesOrSaysNonsenseIsTold() throws Exception {
    byte[] refusal =
        MmsEncoder.encode(
            new MmsMessage.SendConfirmation(
                "T1",
                ResponseStatus.SERVICE_DENIED,
                Optional.of("not to\u001b[2J him"),
                Optional.empty()));
    assertAnswered(refusal, REFUSED, "the relay refuses the message: not to?[2J him (status 225)");
    assertAnswered(sendConfirmation("T0"), MALFORMED, "something else (type 129 of T0)");
    assertAnswered(new byte[0], MALFORMED, "it has no type (byte 0)");
    assertAnswered(HexFormat.of().parseHex("8c8198"), MALFORMED, "it ends too soon (byte 3)");
    assertAnswered(new byte[(1 << 20) + 20_000], NETWORK, "the answer is too long");
    assertThat(list("sent")).isEmpty();
  }

  private void assertAnswered(byte[] pdu, int code, String message) throws Exception {
    Files.deleteIfExists(phone.resolve("next"));
    try (Closeable relay = relay(pdu)) {
      assertRun(mms("send", BOB, "Hi", "input"), code, message);
    }
  }

  @Test
  void aRelayThatIsSilentOrBreaksOffIsTold() throws Exception {
    try (ServerSocket silent = new ServerSocket()) {
      silent.bind(new InetSocketAddress(HOST, 8190));
      assertRun(mms("send", BOB, "Hi", "input"), NETWORK, "no answer within 5 s");
    }
    assertSaid("", "closed the connection without an answer");
    assertSaid("HELO\r\n\r\n", "what came is no HTTP");
    assertSaid("HTTP/1.1 200 OK\r\n", "what came is no HTTP");
    assertSaid("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "only 3 of 9 bytes came");
    assertSaid("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "Content-Length is no number");
  }

  private void assertSaid(String answer, String message) throws Exception {
    try (ServerSocket server = new ServerSocket()) {
      server.bind(new InetSocketAddress(HOST, 8190));
      Thread thread =
          new Thread(
              () -> {
                try (var connection = server.accept()) {
                  byte[] some = new byte[8192];
                  int unused = connection.getInputStream().read(some);
                  connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                  connection.shutdownOutput();
                  while (connection.getInputStream().read(some) >= 0) {
                    // until the phone has gone
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      thread.start();
      assertRun(mms("send", BOB, "Hi", "input"), NETWORK, message);
      thread.join();
    }
  }

  @Test
  void aFullStorageLosesNothing() throws Exception {
    try (RelayAtWork at = new RelayAtWork(HOST, Consultation.NONE)) {
      // a directory in the way of the file, as root may write anywhere else
      Files.createDirectories(phone.resolve("sent/00001.mms.part"));
      assertRun(mms("send", BOB, "Hi", "input"), STORAGE, "nothing was sent");
      assertThat(at.pushed).isEmpty();

      at.send(RelayAtWork.message(BOB));
      at.phoneIs(BOB);
      Files.write(phone.resolve("push/00001.mms"), at.take().pdu());
      Files.delete(phone.resolve("inbox"));
      assertRun(mms("fetch"), STORAGE, "the message can't be kept");
      assertThat(at.relay.waiting()).isEqualTo(1);
      Files.createDirectory(phone.resolve("inbox"));
      assertThat(mms("fetch").code()).isZero();
    }
  }

  @Test
  void namesFromTheNetworkStayInTheirDirectory() throws Exception {
    try (Closeable relay = relay(new byte[0])) {
      Files.write(phone.resolve("push/00001.mms"), notification());
      List<Part> parts = new ArrayList<>();
      for (String name :
          List.of("../../escape", ".profile", "message.txt", "a b", "x.txt", "x.txt")) {
        parts.add(
            new Part(
                ContentType.of("text/plain"),
                Optional.empty(),
                Optional.of(name),
                name.getBytes(StandardCharsets.UTF_8)));
      }
      answer =
          MmsEncoder.encode(
              new MmsMessage.RetrieveConfirmation(
                  Optional.empty(),
                  Optional.of("m1"),
                  Envelope.of(List.of(BOB), "Hi").sent(Optional.of(ALICE), Instant.EPOCH),
                  Optional.empty(),
                  Optional.empty(),
                  Content.mixed(parts)));
      assertThat(mms("fetch").code()).isZero();
      assertThat(list("inbox/1"))
          .containsExactly(
              "escape",
              "message.mms",
              "message.txt",
              "part2.txt",
              "part3.txt",
              "part4.txt",
              "part6.bin",
              "x.txt");
    }
  }

  @Test
  void brokenPdusAreRefusedWithoutHarm() throws Exception {
    Random random = new Random(42);
    byte[] notification = notification();
    byte[] message =
        MmsEncoder.encode(
            new MmsMessage.RetrieveConfirmation(
                Optional.of("R1"),
                Optional.of("m1"),
                Envelope.of(List.of(BOB), "Grüße").sent(Optional.of(ALICE), Instant.EPOCH),
                Optional.empty(),
                Optional.of("x".repeat(1000)),
                RelayAtWork.message(BOB).content()));
    try (Closeable relay = relay(message)) {
      for (int i = 0; i < 60; i++) {
        Files.write(
            phone.resolve("push/00001.mms"),
            i % 2 == 0 ? notification : broken(notification, random));
        answer = broken(message, random);
        Run run = mms("fetch");
        assertThat(run.code()).as(run.output()).isIn(0, NETWORK, REFUSED, MALFORMED);
      }
    }
  }

  private static byte[] broken(byte[] pdu, Random random) {
    byte[] broken = Arrays.copyOf(pdu, 1 + random.nextInt(pdu.length));
    for (int i = random.nextInt(4); i > 0; i--) {
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
    }
    return broken;
  }

  private static byte[] notification() {
    return MmsEncoder.encode(
        new MmsMessage.Notification(
            "N1",
            Optional.of(ALICE),
            Optional.of("Hi"),
            MessageClass.PERSONAL,
            100,
            new Expiry.After(Duration.ofDays(1)),
            "http://" + HOST + ":8190/mm1/1"));
  }

  private static byte[] sendConfirmation(String transaction) {
    return MmsEncoder.encode(
        new MmsMessage.SendConfirmation(
            transaction, ResponseStatus.OK, Optional.empty(), Optional.of("mid-1@mms.ims.test")));
  }

  private volatile byte[] answer;

  /** A relay that answers everything with the same. */
  private Closeable relay(byte[] pdu) throws IOException {
    answer = pdu;
    HttpServer server = HttpServer.create(new InetSocketAddress(HOST, 8190), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return () -> server.stop(0);
  }

  private List<String> list(String directory) throws IOException {
    try (Stream<Path> files = Files.list(phone.resolve(directory))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertRun(Run run, int code, String message) {
    assertThat(run.output()).contains(message);
    assertThat(run.code()).isEqualTo(code);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
