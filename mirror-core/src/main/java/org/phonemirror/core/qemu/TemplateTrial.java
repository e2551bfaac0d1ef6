package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.store.StateFiles;

/**
 * Makes new mirrors of a factory template, to see that it can be done and how long it takes. Each
 * is made as a server makes it, by its driver, and shut in like its guests.
 *
 * <p>The first mirror of a template that a driver starts takes longer than all others, as the
 * template's memory is copied to where all of them map it ({@link SealedMemory}).
 */
public final class TemplateTrial {
  /** Any time in the past of all phones. */
  private static final long BOOT_MICROS = 1_767_225_600_000_000L;

  private final QemuDriver driver;
  private final String phoneModel;

  /** Of the template in force of a phone model. */
  public TemplateTrial(QemuDriver driver, String phoneModel) {
    this.driver = driver;
    this.phoneModel = phoneModel;
  }

  /**
   * How long it took to make a mirror, from nothing.
   *
   * @param answered until the clone's agent has answered first: its user storage has been made from
   *     the template's, and QEMU has gone on from the template's state
   * @param session until its phone's session is on, and its storage consistent
   */
  public record Times(Duration answered, Duration session) {}

  /** A new mirror whose session is on; its machine is to be closed by whoever asked for it. */
  public record Made(Machine machine, Times times) {}

  /**
   * Makes a mirror.
   *
   * @param mirror a name that no mirror has yet; the mirror is there also if this fails
   * @param bootMicros when its phone boots, in microseconds since the epoch
   */
  public Made make(String mirror, long bootMicros) throws MachineException {
    long start = System.nanoTime();
    QemuMachine machine = (QemuMachine) driver.start(driver.create(mirror, phoneModel), 1);
    try {
      AtomicLong answered = new AtomicLong();
      machine.powerOn(bootMicros, () -> answered.set(System.nanoTime()));
      long on = System.nanoTime();
      Times times =
          new Times(Duration.ofNanos(answered.get() - start), Duration.ofNanos(on - start));
      return new Made(machine, times);
    } catch (MachineException e) {
      machine.close();
      throw e;
    }
  }

  /** Makes some, one after another, and removes each. */
  private List<Times> times(int mirrors) throws MachineException {
    List<Times> times = new ArrayList<>();
    for (int i = 0; i < mirrors; i++) {
      String mirror = "trial" + i;
      Made made = make(mirror, BOOT_MICROS);
      made.machine().close();
      driver.remove(mirror);
      times.add(made.times());
    }
    return times;
  }

  /**
   * Makes some of a template, in force or not, by a driver of its own.
   *
   * @param template its directory, or a link to it
   * @return of each; the first has taken longer
   * @throws IOException if the template is not whole, or a clone of it does not work
   */
  static List<Times> of(Path template, int mirrors, QemuSettings settings) throws IOException {
    String model = Template.load(template).model();
    Path work = Files.createTempDirectory("template-trial-");
    try {
      Path templates = Files.createDirectory(work.resolve("templates"));
      Files.createSymbolicLink(
          new TemplateVersions(templates).inForce(model), template.toRealPath());
      try (QemuDriver driver = new QemuDriver(templates, work.resolve("state"), settings)) {
        return new TemplateTrial(driver, model).times(mirrors);
      }
    } catch (MachineException e) {
      throw new IOException("a clone does not work: " + e.getMessage(), e);
    } finally {
      StateFiles.deleteTree(work);
    }
  }
}
