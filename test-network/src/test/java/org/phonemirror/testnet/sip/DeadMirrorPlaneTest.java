package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.sip.config.MirrorConfig;

/** When the mirrors cannot be started, calls and messages go on, and the network is told. */
class DeadMirrorPlaneTest {
  private static final String HOST = "127.18.1.5";
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(HOST, SipAppServer.SIP_PORT);
  private static final InetSocketAddress SCSCF = new InetSocketAddress("127.18.1.3", 6060);

  @TempDir static Path directory;
  private static EmbeddedContainer container;

  @BeforeAll
  static void start() throws Exception {
    container =
        SipAppServer.start(
            directory,
            HOST,
            Duration.ofMillis(500),
            (config, messenger) -> {
              throw new IOException("no journal, as a test");
            });
  }

  @AfterAll
  static void stop() throws IOException {
    if (container != null) {
      container.close();
    }
    System.clearProperty(MirrorConfig.FILE_PROPERTY);
  }

  @Test
  void callsAndMessagesGoOn() throws Exception {
    try (SipScenario scenario = new SipScenario(SCSCF, SERVER)) {
      for (String name : new String[] {"message", "invite", "options"}) {
        scenario.play(SipAppServer.scenario(name, SERVER, SCSCF), new LinkedBlockingQueue<>());
      }
    }
  }

  @Test
  void registrationsAndHealthTell() throws Exception {
    try (SipScenario scenario = new SipScenario(SCSCF, SERVER)) {
      String register =
          SipAppServer.scenario("register", SERVER, SCSCF)
              .replace("S: SIP/2.0 200 OK", "S: SIP/2.0 503 No Mirrors")
              .replaceAll("(?m)^P:.*", "");
      scenario.play(register, new LinkedBlockingQueue<>());
    }
    assertThat(SipAppServer.health(HOST).statusCode()).isEqualTo(503);
    assertThat(SipAppServer.health(HOST).body())
        .startsWith("failed ")
        .contains(
            "mirrors failed did not start (no journal, as a test): registrations are refused");
  }
}
