package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The template of the reference phone that tests clone. */
public final class TestTemplate {
  /** Of the reference phone. */
  public static final String MODEL = "reference";

  private TestTemplate() {}

  /** The images, from the system property {@code mirror.images}. */
  static Path images() {
    String property = System.getProperty("mirror.images", "");
    assertThat(property)
        .as(
            "these tests need the reference phone's images: -Dmirror.images=DIR,"
                + " where mirror-core/guest/build.sh has made DIR/reference")
        .isNotEmpty();
    Path images = Path.of(property, MODEL);
    assertThat(images.resolve(PhoneModel.PROPERTIES)).isRegularFile();
    return images;
  }

  /** Builds it below a directory of templates. */
  public static void buildIn(Path templates) throws IOException {
    new TemplateBuilder(QemuSettings.defaults())
        .build(images(), templates.resolve(MODEL), line -> {});
    Path version = templates.resolve(MODEL).toRealPath();
    try (var files = Files.list(templates)) {
      assertThat(files.map(Path::getFileName))
          .containsExactlyInAnyOrder(Path.of(MODEL), version.getFileName());
    }
  }
}
