package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.testnet.demo.Story;

/** The server as operators run it. */
@EnabledIfSystemProperty(named = StandaloneServer.DIRECTORY_PROPERTY, matches = ".+")
class StandaloneServerTest {
  /**
   * Threads of pools that come with the work: the container's, the JVM's, and those of an actor
   * system, of which its scheduler's one thread tells whether it has stayed.
   */
  private static final Pattern OF_CONTAINER_OR_JVM =
      Pattern.compile(
          "http-.*|C[N0-9] CompilerThread.*|process reaper.*|ForkJoinPool[.]commonPool-worker-.*"
              + "|.*dispatcher.*");

  private static final int VERSIONS_GONE = 2;
  private static final Duration LEAVE = Duration.ofSeconds(20);
  private static final String HOST = "127.18.4.5";
  private static final Duration START = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  @Timeout(120)
  void badConfigurationEndsItWithEveryErrorTold() throws Exception {
    Path config = directory.resolve("mirror.properties");
    Files.writeString(config, "sip.uri = nonsense\nstate.directory = state\ncolor = blue\n");
    try (StandaloneServer server = StandaloneServer.start(directory, HOST, config)) {
      assertThat(server.exitCode(START)).isEqualTo(1);
      assertThat(server.log())
          .contains(config + ":")
          .contains("sip.uri = nonsense: must be a SIP URI")
          .contains("template.directory is missing")
          .contains("diameter.peer-realm is missing")
          .contains("color is no key of this server");
    }
  }

  @Test
  @Timeout(180)
  void newVersionTakesThePlaceOfTheOldOneWithoutATrace() throws Exception {
    Path config = SipAppServer.config(directory, HOST);
    try (StandaloneServer server = StandaloneServer.start(directory, HOST, config)) {
      Story.await("server is well", START, server::isWell);
      redeploy(server, 1); // what the container starts on first use is there from then on
      List<String> before = server.threads();
      redeploy(server, 2);
      redeploy(server, 3);
      assertThat(staying(before, server)).as("threads that stay").isEmpty();
      assertThat(server.log()).doesNotContain("memory leak");
    }
  }

  private static void redeploy(StandaloneServer server, int times) throws Exception {
    server.redeploy();
    Story.await(
        "version " + times + " is there",
        START,
        () -> server.log().split("The mirror plane stops", -1).length > times && server.isWell());
  }

  /** Those that do not end within a while. */
  private static List<String> staying(List<String> before, StandaloneServer server)
      throws Exception {
    long end = System.nanoTime() + LEAVE.toNanos();
    List<String> more = more(before, server.threads());
    while (!more.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(200);
      more = more(before, server.threads());
    }
    return more;
  }

  private static List<String> more(List<String> before, List<String> after) {
    List<String> more = new ArrayList<>(after);
    before.forEach(more::remove);
    more.removeIf(name -> OF_CONTAINER_OR_JVM.matcher(name).matches());
    // what a version leaves behind is there once for each; one may have been late the first time
    List<String> all = List.copyOf(more);
    more.removeIf(name -> Collections.frequency(all, name) < VERSIONS_GONE);
    return more;
  }
}
