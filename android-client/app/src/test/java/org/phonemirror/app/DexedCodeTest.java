package org.phonemirror.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.Settings;
import org.phonemirror.sync.Batch;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

/** The tests run on the code that they are meant to: the compiler's, or the APK's as Java's. */
@RunWith(RobolectricTestRunner.class)
@Config(application = android.app.Application.class)
public class DexedCodeTest {
  /** The app's classes: a directory, or the archive that is made of the APK. */
  private static final Path CODE = Path.of(System.getProperty("app.code"));

  private static final boolean DEXED = Files.isRegularFile(CODE);

  @Test
  public void theAppIsWhereTheBuildHasPutIt() throws Exception {
    String code = CODE.toFile().toURI().toString();
    String place = DEXED ? "jar:" + code + "!/" : code;
    assertThat(sources(Parts.class.getName().replace('.', '/') + ".class"))
        .singleElement()
        .asString()
        .startsWith(place);
  }

  @Test
  public void onlyOnPhonesOlderThanRecordsTheyAreUsualClasses() {
    assertThat(List.of(Settings.class, Batch.class)).allMatch(record -> record.isRecord() != DEXED);
  }

  @Test
  public void whatIsInTheApkComesFromNowhereElse() throws Exception {
    if (DEXED) {
      try (ZipFile jar = new ZipFile(CODE.toFile())) {
        for (ZipEntry entry : Collections.list(jar.entries())) {
          if (entry.getName().endsWith(".class")) {
            assertThat(sources(entry.getName())).as(entry.getName()).hasSize(1);
          }
        }
      }
    }
  }

  /** Where a file is to be found, each place once. */
  private static Set<String> sources(String name) throws Exception {
    return Collections.list(Parts.class.getClassLoader().getResources(name)).stream()
        .map(URL::toString)
        .collect(Collectors.toSet());
  }
}
