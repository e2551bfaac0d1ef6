package org.phonemirror.testnet.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.phonemirror.testnet.phone.PhoneImages;

/** What the launcher's {@code test} command has built before. */
final class Built {
  static final String MODEL = "reference";

  private Built() {}

  static PhoneImages phone() throws IOException {
    return PhoneImages.load(path("mirror.images").resolve(MODEL), path("mirror.client"));
  }

  static Path templates() {
    return path("mirror.templates");
  }

  static Path server() {
    return path("mirror.server");
  }

  private static Path path(String property) {
    String value = System.getProperty(property, "");
    assertThat(value)
        .as("the stories need what ./mirror test builds and names by -D%s=", property)
        .isNotEmpty();
    assertThat(Path.of(value)).as("-D%s", property).exists();
    return Path.of(value);
  }
}
