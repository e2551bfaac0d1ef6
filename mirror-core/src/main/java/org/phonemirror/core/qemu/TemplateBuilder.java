package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.phonemirror.core.store.StateFiles;

/**
 * Makes a phone model's factory template from its images: boots it once under the mirrors' virtual
 * hardware, lets it come to rest, saves it, and shows that a clone of it works.
 */
public final class TemplateBuilder {
  /** In this time an idle guest's clock goes on by many minutes: work that was put off is done. */
  private static final long SETTLE_MILLIS = 500;

  private final QemuSettings settings;

  /** Builds with a QEMU. */
  public TemplateBuilder(QemuSettings settings) {
    this.settings = settings;
  }

  /**
   * Builds a template; at the end, when it is whole, it is the version in force, and the one before
   * is beside it: mirrors whose session was saved on that go on with it.
   *
   * @param images directory of the phone model's images
   * @param template what is to stand for the template; its last name should be the model's
   * @param progress gets a line for each step
   * @throws IOException naming what is missing or went wrong; nothing half-made remains
   */
  public void build(Path images, Path template, Consumer<String> progress) throws IOException {
    progress.accept("checking the images in " + images);
    PhoneModel model = PhoneModel.load(images.toRealPath());
    Path parent = template.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path work = Files.createTempDirectory(parent, ".template-");
    try (QemuLauncher launcher = new QemuLauncher(settings)) {
      Path made = Files.createDirectory(work.resolve("new")).toRealPath();
      String qemuVersion = boot(launcher, model, made, work, progress);
      progress.accept("checksums");
      Template.describe(made, model, qemuVersion);
      progress.accept("trying a clone");
      TemplateTrial.of(made, 1, settings);
      TemplateVersions.publish(made, template);
      progress.accept("template of '" + model.name() + "' is in " + template);
    } finally {
      StateFiles.deleteTree(work);
    }
  }

  /**
   * Whether a template is whole, and made of these images. It does not tell whether QEMU has
   * changed since; starting a mirror does.
   *
   * @throws IOException if the images are not whole
   */
  public static boolean isUpToDate(Path images, Path template) throws IOException {
    Path properties = template.resolve(Template.PROPERTIES);
    if (!Files.isRegularFile(properties)) {
      return false;
    }
    try {
      Template.load(template);
    } catch (IOException e) {
      return false;
    }
    Path model = images.resolve(PhoneModel.PROPERTIES);
    return Files.isRegularFile(model)
        && PropertyFile.read(properties).text("model.sha256").equals(PropertyFile.sha256(model));
  }

  private String boot(
      QemuLauncher launcher, PhoneModel model, Path made, Path work, Consumer<String> progress)
      throws IOException {
    for (String image : new String[] {PhoneModel.SYSTEM, PhoneModel.DATA}) {
      StateFiles.copySparse(model.directory().resolve(image), made.resolve(image));
    }
    Path directory = Files.createDirectory(work.resolve("boot"));
    StateFiles.copySparse(made.resolve(PhoneModel.DATA), directory.resolve(Guest.DATA));
    Path system = made.resolve(PhoneModel.SYSTEM);
    progress.accept("booting '" + model.name() + "'");
    Deadline deadline = Deadline.in(settings.bootTime());
    try (Guest guest =
        Guest.boot(
            launcher, directory, model, new Hardware.Image(system, Files.size(system)), deadline)) {
      try {
        guest.agent().hello(deadline);
        progress.accept("letting it come to rest");
        Thread.sleep(SETTLE_MILLIS);
        guest.agent().poll(true, deadline);
        guest.stop(deadline);
        Files.move(guest.saveDevices(deadline), made.resolve(Template.DEVICE_STATE));
        String qemuVersion = guest.qemuVersion(deadline);
        guest.close();
        Path ram = Files.move(directory.resolve(Template.RAM), made.resolve(Template.RAM));
        Files.setAttribute(ram, "unix:uid", Files.getAttribute(made, "unix:uid"));
        Files.setAttribute(ram, "unix:gid", Files.getAttribute(made, "unix:gid"));
        return qemuVersion;
      } catch (IOException e) {
        throw new IOException(
            "can't make a template of " + model.directory() + ": " + guest.failed(e).getMessage(),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
