package org.phonemirror.sip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.phonemirror.core.machine.DriverSelection;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.QemuSettings;
import org.phonemirror.core.qemu.TemplateDirectory;
import org.phonemirror.core.qemu.realtime.RealtimeDriver;

/** The drivers of this server's mirrors; a phone model's template names its own. */
final class Drivers implements AutoCloseable {
  private final QemuDriver qemu;
  private final RealtimeDriver realtime;
  private final MachineDriver selection;

  private Drivers(Path templates, QemuDriver qemu, RealtimeDriver realtime) {
    this.qemu = qemu;
    this.realtime = realtime;
    this.selection =
        new DriverSelection(
            new TemplateDirectory(templates),
            Map.of(QemuDriver.NAME, qemu, RealtimeDriver.NAME, realtime));
  }

  static Drivers open(Path templates, Path state) throws IOException {
    QemuDriver qemu = new QemuDriver(templates, state, QemuSettings.defaults());
    try {
      return new Drivers(
          templates, qemu, new RealtimeDriver(templates, state, QemuSettings.defaults()));
    } catch (IOException | RuntimeException e) {
      qemu.close();
      throw e;
    }
  }

  /** All of them as one. */
  MachineDriver selection() {
    return selection;
  }

  /** Ends all machines without saving. */
  @Override
  public void close() {
    realtime.close();
    qemu.close();
  }
}
