package org.phonemirror.apk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.eclipse.californium.core.coap.Message;
import org.eclipse.californium.core.network.serialization.DataParser;
import org.eclipse.californium.core.network.stack.BlockwiseLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DexerTest {
  /** Of those D8 makes other code where it checks its assertions. */
  private static final List<Class<?>> CLASSES =
      List.of(Message.class, DataParser.class, BlockwiseLayer.class);

  @TempDir static Path directory;

  /** Stands for the framework, none of which is needed. */
  private static Path android;

  /** Where this process has made it. */
  private static Path here;

  @BeforeAll
  static void dexHere() throws Exception {
    android = directory.resolve("android.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(android))) {
      zip.putNextEntry(new ZipEntry("none"));
    }
    here = directory.resolve("here");
    dex(android, here);
  }

  /** Makes Dalvik bytecode in a process of its own. */
  static final class Elsewhere {
    private Elsewhere() {}

    public static void main(String[] args) throws Exception {
      dex(Path.of(args[0]), Path.of(args[1]));
    }
  }

  @Test
  void equalClassesAreEqualBytesWhereverTheyAreMade() throws Exception {
    assertThat(Dexer.class.desiredAssertionStatus()).as("tests check assertions").isTrue();
    Path elsewhere = directory.resolve("else/where");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-disableassertions",
                "-XX:ActiveProcessorCount=1",
                "-Duser.language=tr",
                "-Duser.timezone=Asia/Tokyo",
                "-cp",
                System.getProperty("java.class.path"),
                Elsewhere.class.getName(),
                android.toString(),
                elsewhere.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(here.resolve("classes.dex"))
        .hasSameBinaryContentAs(elsewhere.resolve("classes.dex"));
  }

  @Test
  void codeCanBeMadeJavasAgain() throws Exception {
    Path apk = directory.resolve("some.apk");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(apk))) {
      for (String name : List.of("AndroidManifest.xml", "META-INF/services/some", "res/some")) {
        zip.putNextEntry(new ZipEntry(name));
      }
      zip.putNextEntry(new ZipEntry("classes.dex"));
      Files.copy(here.resolve("classes.dex"), zip);
    }
    Path jar = directory.resolve("some.jar");
    Undexer.jar(apk, jar);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      assertThat(zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
          .contains("META-INF/services/some")
          .containsAll(CLASSES.stream().map(DexerTest::name).toList())
          .doesNotContain("classes.dex", "AndroidManifest.xml", "res/some");
    }
  }

  private static void dex(Path android, Path out) throws Exception {
    SortedMap<String, byte[]> classes = new TreeMap<>();
    for (Class<?> one : CLASSES) {
      classes.put(name(one), content(one));
    }
    Dexer.dex(android, classes, out);
  }

  private static String name(Class<?> one) {
    return one.getName().replace('.', '/') + ".class";
  }

  private static byte[] content(Class<?> one) throws IOException {
    try (InputStream in = one.getResourceAsStream("/" + name(one))) {
      return in.readAllBytes();
    }
  }
}
