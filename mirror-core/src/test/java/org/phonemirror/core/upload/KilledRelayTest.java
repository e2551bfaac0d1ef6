package org.phonemirror.core.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The relay's process ends the hard way, and another goes on. */
class KilledRelayTest {
  static final String HOST = "127.64.1.4";
  private static final String BOB = "mailto:bob@mail.example";
  private static final String CAROL = "mailto:carol@mail.example";

  @TempDir Path directory;

  @Test
  void betweenOrderAndDelivery() throws Exception {
    // nobody is there, so that nothing is sent before the end
    Process relay = start(1, BOB, CAROL);
    awaitSettled(relay);
    end(relay);
    try (SmtpPeer peer = new SmtpPeer(HOST).takes(1 << 30);
        UploadWorld world = DyingRelay.world(directory, peer.port()).open()) {
      world.clock.advance(Duration.ofHours(1)); // it may have failed once before the end
      UploadWorld.await(() -> world.service().stats().sent() == 2, () -> "not sent to both");
      // the order began an hour ago: receipts wait no more, and come together or each for itself
      UploadWorld.await(
          () -> world.told("upload-sent").contains("1 -") || world.notices.size() == 2,
          () -> "notices are " + world.notices);
      assertThat(world.told("upload-sent")).isIn(List.of("1 -"), List.of("1 " + BOB, "1 " + CAROL));
      assertThat(peer.messages).hasSize(2);
    }
  }

  @Test
  void afterTheLastByteOfAMailAndBeforeItsReply() throws Exception {
    try (SmtpPeer peer = new SmtpPeer(HOST).takes(1 << 30)) {
      peer.answers(SmtpPeer.END, SmtpPeer.SILENCE);
      Process relay = start(peer.port(), BOB);
      UploadWorld.await(() -> peer.messages.size() == 1, () -> "commands " + peer.commands);
      end(relay);
      try (UploadWorld world = DyingRelay.world(directory, peer.port()).open()) {
        world.awaitNotices(1);
        assertThat(world.told("upload-sent")).containsExactly("1 " + BOB + " perhaps-twice");
        assertThat(world.notices.get(0).text()).contains("perhaps twice");
        // nobody can know whether the first was delivered; but who got both can
        assertThat(peer.messages.stream().map(KilledRelayTest::messageId))
            .hasSize(2)
            .containsOnly(messageId(peer.messages.get(0)));
      }
    }
  }

  private static String messageId(String message) {
    return message
        .lines()
        .filter(line -> line.startsWith("Message-ID: "))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void inTheMiddleOfAFile() throws Exception {
    Process relay;
    int port;
    try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      port = slow.getLocalPort();
      relay = start(1, "http://" + HOST + ":" + port + "/film.mp4");
      try (Socket connection = slow.accept()) {
        InputStream in = connection.getInputStream();
        assertThat(in.readNBytes(3)).isEqualTo("PUT".getBytes(StandardCharsets.US_ASCII));
        connection
            .getOutputStream()
            .write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(in.readNBytes(1_000_000)).hasSize(1_000_000);
        end(relay);
        // the rest is what was in the system's buffers
        assertThat(3 + 1_000_000 + in.transferTo(OutputStream.nullOutputStream()))
            .isLessThan(DyingRelay.FILE_BYTES);
      } catch (java.net.SocketException e) {
        assertThat(relay.isAlive()).isFalse(); // reset, as what was sent to it came too late
      } finally {
        end(relay);
      }
    }
    try (HttpPeer peer = new HttpPeer(HOST, port);
        UploadWorld world = DyingRelay.world(directory, 1).open()) {
      world.awaitNotices(1);
      assertThat(world.told("upload-sent")).hasSize(1);
      assertThat(world.notices.get(0).text()).doesNotContain("twice");
      assertThat(peer.requests)
          .singleElement()
          .satisfies(r -> assertThat(r.body()).hasSize(DyingRelay.FILE_BYTES));
    }
  }

  private Process start(int mailPort, String... to) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Dfile.encoding=UTF-8", "-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(DyingRelay.class.getName(), directory.toString(), Integer.toString(mailPort)));
    command.addAll(List.of(to));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void awaitSettled(Process relay) throws IOException, InterruptedException {
    try (BufferedReader out = relay.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("settled");
    } finally {
      end(relay);
    }
  }

  private static void end(Process relay) throws InterruptedException {
    relay.destroyForcibly().waitFor();
  }
}
