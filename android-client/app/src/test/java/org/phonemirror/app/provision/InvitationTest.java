package org.phonemirror.app.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvitationTest {
  /** Has both characters in which the alphabets of Base64 differ. */
  private static final byte[] KEY = new byte[16];

  static {
    KEY[0] = (byte) 0xfb;
    KEY[1] = (byte) 0xff;
  }

  private static final String KEY_IN_LINKS = Base64.getUrlEncoder().encodeToString(KEY);
  private static final String LINK =
      "phonemirror://mirror.example.com:5684/?identity=alice%40ims&key="
          + KEY_IN_LINKS
          + "&interval=PT60S";

  @TempDir Path directory;

  @Test
  void aLinkTellsAll() {
    Invitation invitation =
        Invitation.parse(LINK + "&model=phone-2&input-devices=Touch%20screen:Keys&upload=off");
    assertThat(invitation.settings().server()).hasToString("coaps://mirror.example.com:5684");
    assertThat(invitation.settings().identity()).isEqualTo("alice@ims");
    assertThat(invitation.settings().key()).isEqualTo(KEY);
    assertThat(invitation.settings().interval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(invitation.settings().files().upload()).isFalse();
    assertThat(invitation.model()).isEqualTo("phone-2");
    assertThat(invitation.inputDevices()).containsExactly("Touch screen", "Keys");
  }

  @Test
  void aLinkIsFoundInAMessageAndAPlainKeyIsTaken() {
    String plain = LINK.replace(KEY_IN_LINKS, Base64.getEncoder().encodeToString(KEY));
    Invitation invitation = Invitation.parse("Welcome! Open " + plain + " on your phone.");
    assertThat(invitation.settings().key()).isEqualTo(KEY);
    assertThat(invitation.model()).isEqualTo(Invitation.REFERENCE);
  }

  @Test
  void theOperatorsMessageSaysTheSame() {
    Invitation linked = Invitation.parse(LINK);
    assertThat(Invitation.parse(linked.settings().format())).isEqualTo(linked);
    assertThat(Invitation.parse(linked.format())).isEqualTo(linked);
  }

  @Test
  void whatIsNoneSaysWhyAndNeverTheKey() {
    refused("hello", "no invitation");
    refused("phonemirror://mirror.example.com/?key=" + KEY_IN_LINKS, "names no server");
    refused(LINK.replace("identity", "name"), "'identity:'");
    refused(LINK.replace("&key=" + KEY_IN_LINKS, ""), "key is missing");
    refused(LINK.replace(KEY_IN_LINKS, "AAAA"), "length of the key");
    refused(LINK.replace("PT60S", "60"), "interval");
    refused(LINK.replace("PT60S", "PT0.1S"), "interval");
    refused(LINK + "&model=a%0Akey:x", "line break");
    refused(LINK + "&x=%zz", "damaged");
    refused("x".repeat(100_000), "too long");
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> Invitation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining(KEY_IN_LINKS);
  }

  @Test
  void isKeptSealed() throws Exception {
    Path file = directory.resolve("invitation");
    PlainVault vault = new PlainVault();
    InvitationFile kept = new InvitationFile(file, vault);
    assertThat(kept.load()).isEmpty();
    Invitation invitation = Invitation.parse(LINK);
    kept.save(invitation);
    assertThat(new InvitationFile(file, vault).load()).contains(invitation);
    String stored =
        new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(stored).doesNotContain("alice").doesNotContain("server");

    InvitationFile otherKey = new InvitationFile(file, new PlainVault());
    assertThatThrownBy(otherKey::load).hasMessageContaining("ask for another");
  }
}
