package org.phonemirror.testnet.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** With the phone model in {@code -Dmirror.images=DIR}/reference, and a Syn-Client in shell. */
@EnabledIfSystemProperty(named = "mirror.images", matches = ".+")
class PhoneGuestTest {
  private static final Duration BOOT_TIME = Duration.ofMinutes(3);
  private static final Duration OFF_TIME = Duration.ofMinutes(1);
  private static final String CLIENT =
      """
      #!/bin/bash
      echo READY
      while read -r line; do
        echo "$line" >>lines
        case $line in SHUTDOWN*) echo FLUSHED ;; esac
      done
      """;

  private final List<String> modem = new CopyOnWriteArrayList<>();

  @TempDir Path directory;
  private PhoneImages images;

  @BeforeEach
  void packClient() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("client/bin"));
    Path program = Files.writeString(bin.resolve("syn-client"), CLIENT);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path image = directory.resolve("client.img");
    run("../mirror-core/guest/build-client.sh", image.toString(), bin.getParent().toString());
    images = PhoneImages.load(Path.of(System.getProperty("mirror.images"), "reference"), image);
  }

  @Test
  void whatIsTypedIsOnTheStorageAfterPowerOffAndAtTheNextBoot() throws Exception {
    String everyCharacter =
        IntStream.rangeClosed(' ', '~').mapToObj(Character::toString).collect(Collectors.joining());
    try (PhoneGuest phone =
        new PhoneGuest(images, directory.resolve("phone"), PhoneNetwork.nat(), modem::add)) {
      phone.powerOn();
      phone.sendFromModem("SETTINGS c2V0dGluZ3M=");
      phone.awaitHome(BOOT_TIME);
      phone.screendump(directory.resolve("home.png"));
      phone.typist().key("ret").pause(4000).type(everyCharacter).key("ctrl-o").key("ret");
      phone.typist().pause(1000).key("ctrl-x").pause(500);
      phone.pressPowerKey();
      phone.awaitOff(OFF_TIME);

      assertThat(phone.isOn()).isFalse();
      assertThat(modem).containsExactly("UP", "DOWN");
      assertThat(read(phone.dataImage(), "/home/note.txt")).isEqualTo(everyCharacter + "\n");
      assertThat(read(directory.resolve("phone/state.img"), "/lines"))
          .matches(
              "(SETTINGS c2V0dGluZ3M=\\nSESSION \\d{16}|SESSION \\d{16}\\nSETTINGS .*)\\nSHUTDOWN \\d{16}\\n");
      assertThat(Files.readAllBytes(directory.resolve("home.png"))).startsWith(0x89, 'P', 'N', 'G');

      phone.powerOn();
      phone.awaitHome(BOOT_TIME);
      phone.kill();

      assertThat(phone.isOn()).isFalse();
      assertThat(modem).containsExactly("UP", "DOWN", "UP");
      assertThat(read(phone.dataImage(), "/home/note.txt")).isEqualTo(everyCharacter + "\n");
    }
  }

  @Test
  void notificationsFromTheModemAreNumberedFiles() throws Exception {
    try (PhoneGuest phone =
        new PhoneGuest(images, directory.resolve("phone"), PhoneNetwork.nat(), modem::add)) {
      phone.powerOn();
      phone.awaitHome(BOOT_TIME);
      phone.sendFromModem("PUSH Zmlyc3Q=");
      phone.sendFromModem("PUSH no base64");
      phone.sendFromModem("PUSH c2Vjb25k");
      phone.pressPowerKey();
      phone.awaitOff(OFF_TIME);
      assertThat(read(phone.dataImage(), "/mms/push/00001.mms")).isEqualTo("first");
      assertThat(read(phone.dataImage(), "/mms/push/00002.mms")).isEqualTo("second");
      assertThat(read(phone.dataImage(), "/mms/push/00003.mms")).isEmpty();
    }
  }

  @Test
  void aPhoneThatDoesNotBootTellsWhy() throws IOException {
    PhoneImages broken =
        new PhoneImages(
            images.model(),
            images.client(),
            images.memoryMb(),
            "console=ttyS0 quiet panic=-1",
            images.scope());
    try (PhoneGuest phone =
        new PhoneGuest(broken, directory.resolve("phone"), PhoneNetwork.nat(), modem::add)) {
      phone.powerOn();

      assertThatThrownBy(() -> phone.awaitHome(BOOT_TIME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no home screen")
          .hasMessageContaining("mirror.role is 'none', must be phone or mirror");
      assertThat(modem).isEmpty();
    }
  }

  private static String read(Path image, String file) throws Exception {
    return run("debugfs", "-R", "cat " + file, image.toString());
  }

  private static String run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(command[0]).isTrue();
      assertThat(process.exitValue()).as(command[0]).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
