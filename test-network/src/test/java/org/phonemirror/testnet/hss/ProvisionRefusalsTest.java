package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.provision.Main;
import org.phonemirror.hss.sh.Sh;

/** Every result that an HSS or a relay may give to an update, and what people are told. */
class ProvisionRefusalsTest {
  private static InetSocketAddress address;
  private static DiameterNode hss;
  private static volatile Result result = Result.SUCCESS;

  @BeforeAll
  static void start() throws Exception {
    address = Loopback.freeForHss();
    HssConfig config = HssConfig.of("hss.ims.test", "ims.test", address);
    Map<Dispatcher.Key, Command> commands =
        Map.of(
            new Dispatcher.Key(Sh.APPLICATION.getAuthAppId(), Sh.UDR),
            (request, answer) -> Result.SUCCESS,
            new Dispatcher.Key(Sh.APPLICATION.getAuthAppId(), Sh.PUR),
            (request, answer) -> {
              throw DiameterFault.of(result, "so says the HSS");
            });
    hss = DiameterNode.start(config.node(), new Dispatcher(config, commands, (host, peer) -> {}));
  }

  @AfterAll
  static void stop() {
    hss.close();
  }

  @ParameterizedTest
  @CsvSource({
    "5001, true, 3, user unknown, check the identity",
    "5002, true, 3, identities do not match, different subscriptions",
    "5008, true, 3, too much data, raise its limit",
    "5011, true, 3, feature unsupported, lacks a feature",
    "5100, true, 3, not recognized, does not serve",
    "5101, true, 3, operation not allowed, AS permission list",
    "5102, true, 3, cannot be read, Sh-Pull",
    "5103, true, 3, cannot be modified, Sh-Update",
    "5104, true, 3, cannot be notified, Sh-Subs-Notif",
    "5105, true, 4, 5105, try again",
    "5106, true, 3, data absent, add it first",
    "5107, true, 3, no subscription, no subscription",
    "5108, true, 3, DSAI not available, provision it first",
    "4100, true, 4, not available, try again",
    "4101, true, 4, prior update, try again",
    "3002, false, 4, unable to deliver, check --realm and --hss",
    "3003, false, 3, realm not served, check --realm",
    "3004, false, 4, too busy, try again later",
    "5001, false, 3, AVP unsupported, AVP of the request",
    "5012, false, 3, unable to comply, its log says why",
    "5999, true, 3, 5999, may say more"
  })
  void isToldWithItsRemedy(long code, boolean experimental, int status, String name, String remedy)
      throws Exception {
    result = new Result(code, experimental);
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        Main.run(
            new PrintStream(java.io.OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "add",
            "sip:+15550001@ims.test",
            "--model",
            "m",
            "--interval",
            "PT10S",
            "--hss",
            "hss.ims.test@" + address.getHostString() + ":" + address.getPort(),
            "--realm",
            "ims.test");
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text).contains(name, remedy).contains(Long.toString(code));
    assertThat(exit).as(text).isEqualTo(status);
  }
}
