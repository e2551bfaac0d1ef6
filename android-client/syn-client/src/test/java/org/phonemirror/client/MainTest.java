package org.phonemirror.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.phonemirror.client.channel.Link;

class MainTest {
  @Test
  void theSupervisorTellsTheLinkByItsName() {
    assertThat(Main.link("UMTS")).isEqualTo(Link.UMTS);
    assertThat(Main.link("OTHER")).isEqualTo(Link.OTHER);
    assertThatThrownBy(() -> Main.link("EDGE"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'EDGE' must be UMTS or OTHER");
  }
}
