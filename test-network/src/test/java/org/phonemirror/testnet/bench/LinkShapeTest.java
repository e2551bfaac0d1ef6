package org.phonemirror.testnet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkShapeTest {
  private static final LinkShape THREE_G = new LinkShape("3G", 708, 1259, 100);

  private final List<String> commands = new ArrayList<>();

  @Test
  void aKernelWithDelaysGivesThem() throws IOException {
    boolean delayed =
        THREE_G.apply("radio", 708, command -> commands.add(String.join(" ", command)));
    assertThat(delayed).isTrue();
    assertThat(commands)
        .containsExactly("tc qdisc add dev radio root netem delay 100ms rate 708kbit limit 35");
  }

  @Test
  void aKernelWithoutDelaysLimitsTheRate() throws IOException {
    boolean delayed =
        THREE_G.apply(
            "radio",
            708,
            command -> {
              if (command.contains("netem")) {
                throw new IOException("Specified qdisc kind is unknown");
              }
              commands.add(String.join(" ", command));
            });
    assertThat(delayed).isFalse();
    assertThat(commands)
        .containsExactly("tc qdisc add dev radio root tbf rate 708kbit burst 3028 limit 44250");
  }

  @Test
  void aLinkThatCannotBeShapedIsAnError() {
    assertThatThrownBy(
            () ->
                THREE_G.apply(
                    "radio",
                    708,
                    command -> {
                      throw new IOException("no such device");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such device");
  }
}
