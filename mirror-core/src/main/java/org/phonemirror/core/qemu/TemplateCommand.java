package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Path;

/** Builds the factory template of a phone model, unless it is there and up to date. */
public final class TemplateCommand {
  private TemplateCommand() {}

  /** {@code TemplateCommand IMAGES TEMPLATE}, both directories of one phone model. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: TemplateCommand IMAGES TEMPLATE");
    }
    Path images = Path.of(args[0]);
    Path template = Path.of(args[1]);
    if (TemplateBuilder.isUpToDate(images, template)) {
      System.out.println("template in " + template + " is up to date");
    } else {
      new TemplateBuilder(QemuSettings.defaults()).build(images, template, System.out::println);
    }
  }
}
