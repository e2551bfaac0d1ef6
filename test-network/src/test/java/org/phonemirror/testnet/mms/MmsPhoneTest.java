package org.phonemirror.testnet.mms;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.PhoneImages;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.phone.Typist;

/**
 * A user sends a message to herself by the menu's dialogs, and fetches it at the command line; with
 * the phone model in {@code -Dmirror.images=DIR}/reference and {@code -Dmirror.client}.
 */
@EnabledIfSystemProperty(named = "mirror.images", matches = ".+")
@EnabledIfSystemProperty(named = "mirror.client", matches = ".+")
class MmsPhoneTest {
  private static final String ALICE = "+15550001";
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int SHELL = 5;

  @TempDir Path directory;

  @Test
  void whatIsSentByTheMenuIsFetchedFromTheShell() throws Exception {
    InetSocketAddress local = RelayAtWork.free(RelayAtWork.LOCAL); // 10.0.2.2 to the phone
    BlockingQueue<byte[]> pushed = new LinkedBlockingQueue<>();
    RelayConfig config =
        RelayConfig.of(
            local,
            URI.create("http://10.0.2.2:" + local.getPort() + "/"),
            local,
            local,
            "ims.test");
    PhoneImages images =
        PhoneImages.load(
            Path.of(System.getProperty("mirror.images"), "reference"),
            Path.of(System.getProperty("mirror.client")));
    try (MmsRelay relay =
            MmsRelay.start(
                config,
                Consultation.NONE,
                (number, pdu) -> {
                  pushed.add(pdu);
                  return CompletableFuture.completedFuture(Push.Outcome.ARRIVED);
                },
                Clock.systemUTC());
        PhoneGuest phone =
            new PhoneGuest(images, directory.resolve("phone"), PhoneNetwork.nat(), line -> {})) {
      relay.callers().attach(InetAddress.getLoopbackAddress(), ALICE);
      phone.powerOn();
      phone.awaitHome(Duration.ofMinutes(3));
      Typist user = phone.typist();
      choose(phone, user, SHELL);
      phone.awaitText("bash-", PATIENCE);
      user.type("echo relay http://10.0.2.2:" + local.getPort() + "/mms >.mmsrc\nexit\n");

      choose(phone, user, SHELL + 1);
      phone.awaitText("Multimedia messages", PATIENCE);
      user.key("ret");
      phone.awaitText("telephone numbers", PATIENCE);
      user.type(ALICE + "\n");
      phone.awaitText("Subject", PATIENCE);
      user.type("Note to self\n");
      phone.awaitText("name of a file", PATIENCE);
      user.type("buy milk\n");
      phone.awaitText("sent 1: ", PATIENCE);
      user.key("ret");
      phone.awaitText("Multimedia messages", PATIENCE);
      user.key("esc");

      byte[] pdu = pushed.poll(20, TimeUnit.SECONDS);
      assertThat(pdu).isNotNull();
      MmsMessage.Notification notification = (MmsMessage.Notification) MmsDecoder.decode(pdu);
      assertThat(notification.subject()).contains("Note to self");
      choose(phone, user, SHELL);
      phone.awaitText("bash-", PATIENCE);
      user.type(
          "echo "
              + Base64.getEncoder().encodeToString(pdu)
              + " | base64 -d >/data/mms/push/00001.mms\n");
      user.type("mms fetch\n");
      phone.awaitText("inbox/1 from +15550001", PATIENCE);
      user.type("exit\n");
      phone.awaitText("Choose a program", PATIENCE);
      phone.pressPowerKey();
      phone.awaitOff(Duration.ofMinutes(1));

      assertThat(relay.waiting()).isZero();
      assertThat(read(phone, "/mms/inbox/1/text.txt")).contains("buy milk\n");
      assertThat(read(phone, "/mms/sent/00001.txt").orElseThrow())
          .startsWith("To: +15550001\nSubject: Note to self\nFile: text.txt\nMessage-ID: ");
    }
  }

  private static void choose(PhoneGuest phone, Typist user, int entry) throws Exception {
    phone.awaitText("Choose a program", PATIENCE);
    for (int i = 0; i < entry; i++) {
      user.key("down");
    }
    user.key("ret");
  }

  private Optional<String> read(PhoneGuest phone, String file) throws Exception {
    Path output = directory.resolve("file");
    Process process =
        new ProcessBuilder(List.of("debugfs", "-R", "cat " + file, phone.dataImage().toString()))
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() == 0
        ? Optional.of(Files.readString(output, StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
