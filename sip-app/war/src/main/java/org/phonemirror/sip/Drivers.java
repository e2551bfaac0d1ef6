package org.phonemirror.sip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.phonemirror.core.emulator.EmulatorDriver;
import org.phonemirror.core.emulator.EmulatorSettings;
import org.phonemirror.core.machine.DriverSelection;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.qemu.MirrorStore;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuLauncher;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.TemplateDirectory;
import org.phonemirror.core.qemu.realtime.RealtimeDriver;
import org.phonemirror.sip.config.MirrorConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers of this server's mirrors; a phone model's template names its own. */
final class Drivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

  private final Path templates;
  private final Map<String, MachineDriver> drivers = new HashMap<>();

  /** To be closed, the first first. */
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private Drivers(Path templates) {
    this.templates = templates;
  }

  static Drivers open(MirrorConfig config) throws IOException {
    Path templates = config.templateDirectory();
    QemuSettings qemu = QemuSettings.defaults().with(config.guests());
    Drivers drivers = new Drivers(templates);
    try {
      MirrorStore mirrors = new MirrorStore(config.stateDirectory());
      QemuLauncher launcher = new QemuLauncher(qemu);
      drivers.open.push(launcher);
      drivers.add(QemuDriver.NAME, new QemuDriver(templates, mirrors, qemu, launcher));
      drivers.add(RealtimeDriver.NAME, new RealtimeDriver(templates, mirrors, qemu, launcher));
      drivers.add(
          EmulatorDriver.NAME,
          new EmulatorDriver(
              templates, mirrors, config.stateDirectory(), EmulatorSettings.defaults()));
      return drivers;
    } catch (IOException | RuntimeException e) {
      drivers.close();
      throw e;
    }
  }

  private <D extends MachineDriver & AutoCloseable> void add(String name, D driver) {
    drivers.put(name, driver);
    open.push(driver);
  }

  /** All of them as one. */
  DriverSelection selection() {
    return new DriverSelection(new TemplateDirectory(templates), drivers);
  }

  /** Ends all machines without saving. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.error("{} can't be closed", next, e);
      }
    }
  }
}
