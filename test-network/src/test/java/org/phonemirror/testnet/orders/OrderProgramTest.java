package org.phonemirror.testnet.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.SynClient;
import org.phonemirror.client.SynClientConfig;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.client.channel.SyncChannel;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.client.spool.Spool;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.testnet.program.Program;

/**
 * The reference phone's commands, compiled for this machine with sanitizers, and the Syn-Client's
 * end of their spool.
 */
@Timeout(180)
class OrderProgramTest {
  private static final Path SOURCES = Path.of("..", "mirror-core", "guest", "orders");
  private static final int TROUBLE = 1;
  private static final int USAGE = 2;
  private static final String ORDERED = "ordered; mirror-notices shows what comes of it\n";

  @TempDir static Path built;
  @TempDir Path phone;
  private boolean onMirror;

  /** What a run of it said. */
  private record Run(int code, String output) {}

  @BeforeAll
  static void compile() throws Exception {
    assumeTrue(Program.find("gcc").isPresent(), "gcc is not installed: install the package gcc");
    List<String> command = new ArrayList<>(List.of("gcc", "-std=c11", "-D_GNU_SOURCE", "-O1"));
    command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined"));
    command.addAll(List.of("-fno-sanitize-recover=all", "-o", "" + built.resolve("mirror-order")));
    try (Stream<Path> files = Files.list(SOURCES)) {
      files.filter(f -> f.toString().endsWith(".c")).sorted().forEach(f -> command.add("" + f));
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(built.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(built.resolve("log"))).isZero();
    for (String name : List.of("get", "send", "scan", "cancel", "fetch", "notices")) {
      Files.createSymbolicLink(built.resolve("mirror-" + name), Path.of("mirror-order"));
    }
    for (String name : List.of("mutt", "mms", "curl")) {
      Path script =
          Files.writeString(
              built.resolve(name), "#!/bin/sh\nprintf '%s|' \"${0##*/}\" \"$@\" >>\"$HOME/ran\"\n");
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @BeforeEach
  void factoryState() throws IOException {
    for (String directory : List.of("data/home", "data/files", "orders")) {
      Files.createDirectories(phone.resolve(directory));
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private Run run(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if (onMirror) {
      String mount = "mount -t tmpfs -o ro orders \"$MIRROR_ORDERS\" && exec \"$0\" \"$@\"";
      command.addAll(List.of("unshare", "-m", "sh", "-c", mount));
    }
    command.add(built.resolve("mirror-" + program).toString());
    command.addAll(List.of(arguments));
    return run(command);
  }

  private Run run(List<String> command) throws Exception {
    Path output = phone.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(phone.resolve("data/files").toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile());
    builder.environment().put("MIRROR_ORDERS", phone.resolve("orders").toString());
    builder.environment().put("MIRROR_STORAGE", phone.resolve("data").toString());
    builder.environment().put("HOME", phone.resolve("data/home").toString());
    builder.environment().merge("PATH", built.toString(), (path, first) -> first + ":" + path);
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

  private List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.list(phone.resolve("orders"))) {
      return files.sorted().toList();
    }
  }

  private static List<String> words(Path file) throws IOException {
    String text = Files.readString(file, UTF_8);
    assertThat(text).endsWith("\0");
    return Arrays.asList(text.substring(0, text.length() - 1).split("\0", -1));
  }

  private static void assertRun(Run run, int code, String message) {
    assertThat(run.output()).contains(message);
    assertThat(run.code()).isEqualTo(code);
  }

  @Test
  void ordersAreFilesOfWords() throws Exception {
    Path photo = Files.write(phone.resolve("data/files/my\nphoto"), new byte[500_000]);
    assertThat(run("get", "https://a.test/b?c", "a name")).isEqualTo(new Run(0, ORDERED));
    assertThat(run("send", "my\nphoto", "bob@b.test", "+15550002", "http://p.test/u", "-s", "Hi"))
        .isEqualTo(new Run(0, ORDERED));
    assertThat(run("scan", "-q", "my\nphoto", "..")).isEqualTo(new Run(0, ORDERED));
    assertThat(run("scan")).isEqualTo(new Run(0, ORDERED));
    assertThat(run("cancel", "4711")).isEqualTo(new Run(0, ORDERED));
    assertThat(run("fetch")).isEqualTo(new Run(0, ORDERED));
    List<List<String>> words = new ArrayList<>();
    for (Path file : spooled()) {
      words.add(words(file));
    }
    String data = phone.resolve("data").toRealPath().toString();
    assertThat(words)
        .containsExactly(
            List.of("get", "https://a.test/b?c", "a name"),
            List.of(
                "send",
                photo.toRealPath().toString(),
                "Hi",
                "mailto:bob@b.test",
                "mms:+15550002",
                "http://p.test/u"),
            List.of("scan", "quarantine", photo.toRealPath().toString(), data),
            List.of("scan", "report"),
            List.of("cancel", "4711"),
            List.of("fetch", ""));
    assertThat(phone.resolve("data/home/ran")).doesNotExist();
  }

  @Test
  void onAMirrorAllIsTheSameExceptThatNothingIsLeft() throws Exception {
    onMirror = true;
    assumeTrue(run(List.of("unshare", "-m", "true")).code() == 0, "mounts need root");
    Files.write(phone.resolve("data/files/photo"), new byte[500_000]);
    for (int i = 0; i < 3; i++) {
      assertThat(run("get", "https://a.test/b")).isEqualTo(new Run(0, ORDERED));
    }
    assertThat(run("send", "photo", "+15550002")).isEqualTo(new Run(0, ORDERED));
    assertThat(run("scan", "-q", ".")).isEqualTo(new Run(0, ORDERED));
    assertThat(run("fetch", "1")).isEqualTo(new Run(0, ORDERED));
    assertRun(run("scan", "nothing"), USAGE, "nothing: No such file");
    assertRun(run("notices"), USAGE, "on the screen only");
    assertThat(spooled()).isEmpty();
  }

  @Test
  void smallFilesGoDirectlyAndTheUserSaysWhatIsSmall() throws Exception {
    Files.write(phone.resolve("data/files/small"), new byte[499_999]);
    assertThat(run("send", "small", "bob@b.test", "mms:+15550002", "https://p.test/u").output())
        .isEqualTo("sent to mailto:bob@b.test\nsent to mms:+15550002\nsent to https://p.test/u\n");
    String file = phone.resolve("data/files/small").toRealPath().toString();
    assertThat(read(phone.resolve("data/home/ran")))
        .isEqualTo(
            "mutt|-e|set record=''|-s|small|-a|"
                + file
                + "|--|bob@b.test|mms|send|+15550002|small|"
                + file
                + "|curl|-g|-fsS|-T|"
                + file
                + "|https://p.test/u|");
    assertThat(spooled()).isEmpty();
    Path own = phone.resolve("data/home/.mirror-send");
    Files.writeString(own, "threshold 1000 # bytes\n");
    assertThat(run("send", "small", "+15550002").output()).isEqualTo(ORDERED);
    Files.writeString(own, "threshold 1000\nrelay off\n");
    assertThat(run("send", "small", "+15550002").output()).isEqualTo("sent to mms:+15550002\n");
    Files.writeString(own, "threshold x\n");
    assertRun(run("send", "small", "+15550002"), USAGE, "neither 'threshold BYTES'");
    assertThat(spooled()).hasSize(1);
  }

  @Test
  void whatIsWrongIsToldAndNothingIsLeft() throws Exception {
    Files.write(phone.resolve("data/files/f"), new byte[10]);
    assertRun(run("get"), USAGE, "usage: mirror-get URL");
    assertRun(run("get", "ftp://a.test/"), USAGE, "must begin with http://");
    assertRun(run("get", "http://a.test/a b"), USAGE, "write %20");
    assertRun(run("get", "http://a.test/", "../x"), USAGE, "can't be the name of a file");
    assertRun(run("get", "http://a.test/", ""), USAGE, "can't be the name of a file");
    assertRun(run("get", "http://a.test/" + "x".repeat(5000)), USAGE, "too long");
    assertRun(run("send", "f"), USAGE, "at least one recipient");
    assertRun(run("send", "f", "bob"), USAGE, "'bob' is no recipient");
    assertRun(run("send", "f", "-x@y"), USAGE, "'-x@y' is no recipient");
    assertRun(run("send", "/etc/passwd", "+1555"), USAGE, "is not in user storage");
    assertRun(run("send", ".", "+1555"), USAGE, "is not a file");
    assertRun(run("send", "f", "+1555", "-s"), USAGE, "-s wants a subject");
    assertRun(run("scan", "-x"), USAGE, "usage");
    assertRun(run("cancel"), USAGE, "usage");
    assertRun(run("cancel", "x"), USAGE, "usage");
    Files.createSymbolicLink(phone.resolve("data/files/out"), Path.of("/etc/passwd"));
    assertRun(run("scan", "out"), USAGE, "is not in user storage");
    for (int i = 0; i < 128; i++) {
      Files.createFile(phone.resolve("orders/" + i + ".order"));
    }
    assertRun(run("fetch"), TROUBLE, "takes no orders now");
    assertThat(spooled()).hasSize(128);
  }

  @Test
  void theClientGivesWhatWasLeftWithAnyName() throws Exception {
    Path odd =
        Path.of(URI.create("file://" + phone.resolve("data/files").toRealPath() + "/a%FF%0Ab"));
    Files.write(odd, new byte[600_000]);
    // with so many digits, it is not by chance the end of another order's number
    String shell =
        "mirror-send a* +15550002 && mirror-scan a* && mirror-get http://a.test/x"
            + " && mirror-cancel 5555555555";
    assertThat(run(List.of("sh", "-c", shell)).code()).isZero();
    assertThat(spooled()).hasSize(4);
    try (SynClient client = client()) {
      client.sessionStarted(PhoneClock.system().wallMicros());
      ClientServices services = client.services();
      Path notices = phone.resolve("orders/notices");
      try (Spool spool = Spool.watch(phone.resolve("orders"), services)) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!read(notices).contains("has the number") && System.nanoTime() < deadline) {
          Thread.sleep(50);
        }
      }
      List<Order> orders = services.orders().get(20, TimeUnit.SECONDS);
      assertThat(orders)
          .extracting(Order::service)
          .containsExactly("upload", "antivirus", "download");
      assertThat(orders.get(0).fields())
          .contains(new Field("path", "files/a\ufffd\nb"), new Field("size", "600000"));
      assertThat(orders.get(1).first("path")).contains("files/a\ufffd\nb");
      assertThat(read(notices).lines())
          .hasSize(4)
          .anyMatch(line -> line.startsWith("order " + orders.get(2).id() + ": download get http"))
          .anyMatch(
              line ->
                  line.endsWith("order-failed: no download or upload has the number 5555555555"));
    }
    assertThat(spooled()).extracting(p -> p.getFileName().toString()).containsExactly("notices");
  }

  private SynClient client() throws IOException {
    SyncChannel silent =
        new SyncChannel() {
          @Override
          public CompletableFuture<Acknowledgement> send(byte[] message) {
            return new CompletableFuture<>();
          }

          @Override
          public void close() {}
        };
    SynClientConfig config =
        new SynClientConfig(
            "m",
            phone.resolve("data").toRealPath(),
            phone.resolve("state/rejected"),
            Duration.ofMinutes(10),
            Duration.ofMillis(300),
            RetryPolicy.DEFAULT);
    return new SynClient(
        config,
        PhoneClock.system(),
        MessageQueue.open(phone.resolve("state"), QueueLimits.DEFAULT),
        settings -> silent,
        new SynClientListener() {
          @Override
          public void notices(List<Notice> notices) {}

          @Override
          public void warning(String text) {}
        });
  }
}
