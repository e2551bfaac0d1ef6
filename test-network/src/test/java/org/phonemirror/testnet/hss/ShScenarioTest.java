package org.phonemirror.testnet.hss;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.subscriber.Impu;

/** The Sh interface of the HSS, as its scenario files tell it. */
class ShScenarioTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sequence-numbers",
        "notification",
        "registration-watched",
        "subscription-refused",
        "unknown-and-mismatched-users",
        "by-msisdn",
        "missing-avps",
        "filter-criteria"
      })
  void plays(String name) throws Exception {
    InetSocketAddress address = Loopback.freeForHss();
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        Subscriber.mirrored(
                "15550001@ims.test",
                "secret1",
                new Impu("sip:+15550001@ims.test"),
                "sip:mirror.ims.test")
            .withMsisdns("15550001"));
    try (TestHss hss =
            TestHss.start(HssConfig.of("hss.ims.test", "ims.test", address), subscribers);
        ShScenario scenario = new ShScenario(address)) {
      scenario.play(text(name));
    }
  }

  private static String text(String name) throws Exception {
    try (InputStream in =
        ShScenarioTest.class.getResourceAsStream("scenarios/" + name + ".scenario")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
