package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.firewall.Enforcement.Block;
import org.phonemirror.core.firewall.Enforcement.Target;
import org.phonemirror.core.subscriber.FirewallRule.Protocol;

/** What the command that is configured is given, and what becomes of its troubles. */
class NftCommandTest {
  @TempDir Path directory;
  private Path heard;
  private Target target;

  @BeforeEach
  void name() throws IOException {
    heard = directory.resolve("heard");
    target =
        new Target(
            InetAddress.getByName("10.0.0.1"),
            InetAddress.getByName("192.0.2.7"),
            443,
            Protocol.TCP);
  }

  private NftEnforcement enforcement(String... command) {
    return new NftEnforcement(List.of(command), "test", Clock.systemUTC());
  }

  @Test
  void theNodeGetsTransactionsOfATableOfItsOwn() throws Exception {
    String script = "echo \"$@\" >> " + heard + "; cat >> " + heard;
    NftEnforcement nft = enforcement("sh", "-c", script, "over");
    nft.block(List.of(new Block(target, Clock.systemUTC().instant().plusSeconds(600))));
    assertThat(Files.readString(heard))
        .startsWith("-f -\nadd table inet phonemirror_test\n")
        .containsPattern("blocked4 \\{ 10.0.0.1 . 192.0.2.7 . tcp . 443 timeout (600|59\\d)s }")
        .contains("delete element inet phonemirror_test blocked4");

    Files.delete(heard);
    nft.close();
    assertThat(Files.readString(heard)).contains("delete table inet phonemirror_test");
  }

  @Test
  void whatSshSaysBesideTheAnswerDoesNotDisturbIt() throws Exception {
    String script = "cat >/dev/null; echo 'Warning: new host key' >&2; echo '{\"nftables\": []}'";
    assertThat(enforcement("sh", "-c", script).list()).isEmpty();
  }

  @Test
  void whatTheNodeSaysOfItsTroubleIsTold() {
    assertThatThrownBy(enforcement("sh", "-c", "echo 'Operation not permitted' >&2; exit 1")::list)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Operation not permitted");
    assertThatThrownBy(() -> enforcement("/there/is/no/nft").unblock(List.of(target)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/there/is/no/nft");
  }
}
