package org.phonemirror.core.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeNameTest {
  @ParameterizedTest
  @CsvSource({
    "/a/film.mp4, film.mp4",
    "/a/, download",
    "/, download",
    "/%2e%2e%2f%2e%2e%2fetc%2fpasswd, passwd",
    "/..%5c..%5cboot.ini, boot.ini",
    "/.bashrc, bashrc",
    "/-rf, rf",
    "/a%0Ab%00c.txt, abc.txt",
    "/%E2%80%AEgpj.exe, gpj.exe",
    "/caf%E9.txt, café.txt",
    "/caf%C3%A9.txt, café.txt",
    "'/a%3Cb%3E%3A%22%7C%3F%2A.txt', a_b______.txt",
    "/100%, 100%",
    "/%zz, %zz",
  })
  void thePathGivesAName(String path, String name) {
    assertThat(SafeName.of(Optional.empty(), Optional.empty(), path)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "'attachment; filename=\"a b.zip\"', a b.zip",
    "'attachment; filename=plain.zip', plain.zip",
    "'attachment; filename=\"x.zip\"; filename*=UTF-8''''%C3%BCb.zip', üb.zip",
    "'attachment; filename*=ISO-8859-1''''%FCb.zip', üb.zip",
    "'attachment; filename=\"../../etc/passwd\"', passwd",
    "'attachment; filename=\"a\\\"b.zip\"', a_b.zip",
    "'attachment; filename=\"..\"', p",
    "'attachment; filename=\"\"', p",
    "'inline', p",
  })
  void theServerGivesAName(String disposition, String name) {
    assertThat(SafeName.of(Optional.empty(), Optional.of(disposition), "/p")).isEqualTo(name);
  }

  @Test
  void theOwnerGivesAName() {
    assertThat(SafeName.of(Optional.of("../me.txt"), Optional.of("filename=x"), "/p"))
        .isEqualTo("me.txt");
    assertThat(SafeName.of(Optional.of(".."), Optional.of("filename=x"), "/p")).isEqualTo("x");
  }

  @Test
  void aLongNameIsCutBeforeItsExtension() {
    String name = SafeName.of(Optional.of("ü".repeat(300) + ".tar.gz"), Optional.empty(), "/");
    assertThat(name).endsWith("ü.gz");
    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(118, SafeName.MAX_BYTES);
    String emoji = SafeName.of(Optional.of("\ud83d\ude00".repeat(100)), Optional.empty(), "/");
    assertThat(emoji).isEqualTo("\ud83d\ude00".repeat(30));
  }
}
