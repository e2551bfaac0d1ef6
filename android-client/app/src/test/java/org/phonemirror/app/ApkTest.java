package org.phonemirror.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.apk.ApkCheck;

/** The APK of this build. */
class ApkTest {
  private static final Path APK = Path.of(System.getProperty("app.apk"));

  @TempDir Path directory;

  @Test
  void isSignedAlignedAndHasItsResourcesStored() throws Exception {
    assertThat(ApkCheck.defects(APK)).isEmpty();
  }

  @Test
  void hasWhatTheCodeReadsAndNoTimes() throws Exception {
    try (ZipFile apk = new ZipFile(APK.toFile())) {
      List<? extends ZipEntry> entries = Collections.list(apk.entries());
      assertThat(entries)
          .extracting(ZipEntry::getName)
          .contains(
              "AndroidManifest.xml",
              "classes.dex",
              "resources.arsc",
              "META-INF/services/org.slf4j.spi.SLF4JServiceProvider");
      assertThat(entries)
          .extracting(ZipEntry::getTimeLocal)
          .containsOnly(LocalDateTime.of(1981, 1, 1, 1, 1, 2));
    }
  }

  @Test
  void madeAgainElsewhereItIsTheSame() {
    Path again = APK.resolveSibling("again");
    assertThat(again.resolve("base.apk")).hasSameBinaryContentAs(APK.resolveSibling("base.apk"));
    assertThat(again.resolve(APK.getFileName())).hasSameBinaryContentAs(APK);
  }

  @Test
  void apksignerVerifiesIt() throws Exception {
    String said = run("apksigner", "verify", "--verbose", APK.toString());
    assertThat(said)
        .contains("Verified using v2 scheme (APK Signature Scheme v2): true")
        .contains("Verified using v3 scheme (APK Signature Scheme v3): true");
  }

  @Test
  void zipalignFindsItAligned() throws Exception {
    assertThat(run("zipalign", "-c", "-v", "4", APK.toString())).contains("Verification succes");
  }

  @Test
  void aaptTellsWhatItIs() throws Exception {
    assertThat(run("aapt", "dump", "badging", APK.toString()))
        .contains("package: name='org.phonemirror.app'")
        .contains("sdkVersion:'26'")
        .contains("targetSdkVersion:'34'")
        .contains("launchable-activity: name='org.phonemirror.app.ui.MainActivity'")
        .contains("locales: '--_--' 'de'");
  }

  @Test
  void dexdumpReadsTheCode() throws Exception {
    Path dex = directory.resolve("classes.dex");
    Files.copy(APK.resolveSibling("dex").resolve("classes.dex"), dex);
    assertThat(run("dexdump", "-f", dex.toString())).contains("Opened", "DEX version '038'");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, command[0])));
    assumeTrue(there, command[0] + " is not installed");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
