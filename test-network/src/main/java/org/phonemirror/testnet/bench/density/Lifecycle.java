package org.phonemirror.testnet.bench.density;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.qemu.QemuDriver;
import org.phonemirror.core.qemu.TemplateTrial;
import org.phonemirror.core.tape.Tape;

/**
 * How long it takes to make a mirror, to save it and to bring it back, one mirror after another on
 * a machine that does nothing else. Each has an idle interval before it is saved.
 *
 * <p>Mirrors are made from the factory template as the server makes them ({@link TemplateTrial}).
 * What is called cloning is making a new mirror: its user storage from the template's, a QEMU
 * process that goes on from the template's state, until the guest's agent answers. What comes then
 * is the boot of its phone's session in guest time, which the phone takes as well.
 *
 * <p>A mirror before these is not among them: with it the driver copies the template's memory to
 * where all clones map it, once for each start of a server.
 *
 * @param firstMillis what that one took until its agent answered
 * @param cloned from nothing until the agent answers
 * @param sessions from nothing until the session is on
 * @param saved until it is on the disk
 * @param restored from its checkpoint, until it could replay
 * @param savedKilobytes the median checkpoint, as its blocks on the disk
 */
record Lifecycle(
    double firstMillis,
    Durations cloned,
    Durations sessions,
    Durations saved,
    Durations restored,
    long savedKilobytes) {
  private static final long BOOT_MICROS = 1_767_600_000_000_000L;

  static Lifecycle measure(QemuDriver driver, String model, int mirrors) throws MachineException {
    driver.checkTemplate(model);
    TemplateTrial trial = new TemplateTrial(driver, model);
    double first = first(driver, trial);
    Durations cloned = new Durations();
    Durations sessions = new Durations();
    Durations saved = new Durations();
    Durations restored = new Durations();
    List<Long> kilobytes = new ArrayList<>();
    for (int i = 0; i < mirrors; i++) {
      String mirror = "sip:quiet" + i + "@density.test";
      TemplateTrial.Made made = trial.make(mirror, BOOT_MICROS);
      long start;
      try (Machine machine = made.machine()) {
        cloned.add(made.times().answered().toNanos());
        sessions.add(made.times().session().toNanos());
        long end = BOOT_MICROS + Load.INTERVAL_MICROS;
        machine.replay(BOOT_MICROS, Load.INTERVAL_MICROS, List.of(), Tape.silent(BOOT_MICROS, end));
        start = System.nanoTime();
        machine.save(1);
        saved.add(System.nanoTime() - start);
      }
      kilobytes.add(driver.diskUse(List.of(mirror)).get(mirror).checkpointBytes() / 1024);
      start = System.nanoTime();
      Machine machine = driver.start(driver.latest(mirror).orElseThrow(), 2);
      restored.add(System.nanoTime() - start);
      machine.close();
      driver.remove(mirror);
    }
    kilobytes.sort(null);
    return new Lifecycle(
        first, cloned, sessions, saved, restored, kilobytes.get(kilobytes.size() / 2));
  }

  private static double first(QemuDriver driver, TemplateTrial trial) throws MachineException {
    String mirror = "sip:first@density.test";
    TemplateTrial.Made made = trial.make(mirror, BOOT_MICROS);
    made.machine().close();
    driver.remove(mirror);
    return made.times().answered().toNanos() / 1e6;
  }
}
