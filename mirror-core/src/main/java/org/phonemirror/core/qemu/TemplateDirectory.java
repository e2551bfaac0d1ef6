package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.phonemirror.core.machine.DriverSelection;
import org.phonemirror.core.machine.MachineException;

/**
 * A directory with a directory for each phone model.
 *
 * @param path of the directory
 */
public record TemplateDirectory(Path path) implements DriverSelection.Models {
  private static final String DRIVER = "driver";

  /**
   * The directory of a phone model; it need not be there.
   *
   * @throws IOException if that is no name of a phone model
   */
  public Path of(String phoneModel) throws IOException {
    return new TemplateVersions(path).inForce(phoneModel);
  }

  /** What the template's properties tell, or the driver that builds templates. */
  @Override
  public String driverOf(String phoneModel) throws MachineException {
    try {
      Path file = of(phoneModel).resolve(Template.PROPERTIES);
      if (!Files.isRegularFile(file)) {
        return QemuDriver.NAME; // which tells how to make it
      }
      return PropertyFile.read(file).values().getProperty(DRIVER, QemuDriver.NAME).strip();
    } catch (IOException e) {
      throw new MachineException(
          "can't find the driver of phone model '" + phoneModel + "': " + e.getMessage(), e);
    }
  }
}
