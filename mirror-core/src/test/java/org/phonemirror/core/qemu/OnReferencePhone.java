package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the driver begin with: the reference phone's template, and no mirror yet. */
abstract class OnReferencePhone {
  @TempDir static Path templates;
  @TempDir Path state;
  QemuDriver driver;

  @BeforeAll
  static void buildTemplate() throws IOException {
    TestTemplate.buildIn(templates);
  }

  @BeforeEach
  void open() throws IOException {
    driver = new QemuDriver(templates, state, QemuSettings.defaults());
  }

  @AfterEach
  void close() {
    driver.close();
  }
}
