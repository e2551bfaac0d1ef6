package org.phonemirror.testnet.bench.density;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.tape.Tape;

/**
 * How long it takes to make a mirror, to save it and to bring it back, one mirror after another on
 * a machine that does nothing else. Each has an idle interval before it is saved.
 *
 * @param cloned from nothing until its session has begun
 * @param saved until it is on the disk
 * @param restored from its checkpoint, until it could replay
 * @param savedKilobytes the median checkpoint, as its blocks on the disk
 */
record Lifecycle(Durations cloned, Durations saved, Durations restored, long savedKilobytes) {
  private static final long BOOT_MICROS = 1_767_600_000_000_000L;

  static Lifecycle measure(MachineDriver driver, String model, int mirrors)
      throws MachineException {
    driver.checkTemplate(model);
    Durations cloned = new Durations();
    Durations saved = new Durations();
    Durations restored = new Durations();
    List<Long> kilobytes = new ArrayList<>();
    for (int i = 0; i < mirrors; i++) {
      String mirror = "sip:quiet" + i + "@density.test";
      long start = System.nanoTime();
      try (Machine machine = driver.start(driver.create(mirror, model), 1)) {
        machine.powerOn(BOOT_MICROS);
        cloned.add(System.nanoTime() - start);
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
    return new Lifecycle(cloned, saved, restored, kilobytes.get(kilobytes.size() / 2));
  }
}
