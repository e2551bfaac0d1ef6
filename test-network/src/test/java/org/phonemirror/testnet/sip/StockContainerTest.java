package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.demo.Story;

/** The application in a container that is not ours. */
@EnabledIfSystemProperty(named = StandaloneServer.DIRECTORY_PROPERTY, matches = ".+")
class StockContainerTest {
  private static final String HOST = "127.18.10.5";
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(HOST, SipAppServer.SIP_PORT);
  private static final InetSocketAddress SCSCF = new InetSocketAddress("127.18.10.3", 6060);

  @TempDir Path directory;

  @Test
  @Timeout(240)
  void theApplicationStartsServesAndStops() throws Exception {
    Path server = Path.of(System.getProperty(StandaloneServer.DIRECTORY_PROPERTY));
    Path config = SipAppServer.config(directory, HOST);
    try (StockContainer container =
            StockContainer.start(directory, server.toAbsolutePath(), HOST, config);
        SipScenario scenario = new SipScenario(SCSCF, SERVER)) {
      Story.await("application is well", Duration.ofMinutes(2), container::isWell);
      for (String name : new String[] {"options", "message", "invite"}) {
        scenario.play(SipAppServer.scenario(name, SERVER, SCSCF), new LinkedBlockingQueue<>());
      }
      String register =
          SipAppServer.scenario("register", SERVER, SCSCF).replaceAll("(?m)^P:.*\n?", "");
      scenario.play(register, new LinkedBlockingQueue<>());
      assertThat(container.stop()).as("it ends when it is asked to").isTrue();
      assertThat(container.log()).contains("The mirror plane stops");
    }
  }
}
