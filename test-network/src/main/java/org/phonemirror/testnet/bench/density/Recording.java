package org.phonemirror.testnet.bench.density;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/**
 * A script and what a phone's storage is after each of its intervals: so that any number of phones
 * can send it, each in its own time.
 *
 * @param model of the phone
 * @param digests of the user storage at the end of each part
 */
record Recording(String model, Script script, List<StorageDigest> digests) {
  /** The first message is the boot. */
  private static final int FIRST_BATCH = 2;

  private static final long BOOT_MICROS = 1_767_600_000_000_000L;

  Recording {
    digests = List.copyOf(digests);
  }

  /** Lets a machine do what the script says, and takes its digests for the phones'. */
  static Recording of(MachineDriver driver, String model, String phone, Script script)
      throws MachineException {
    StorageScope scope = driver.storageScope(model);
    List<StorageDigest> digests = new ArrayList<>();
    try (Machine machine = driver.start(driver.create(phone, model), 1)) {
      machine.powerOn(BOOT_MICROS);
      for (Script.Part part : script.parts()) {
        machine.replay(
            BOOT_MICROS + part.startMicros(),
            part.lengthMicros(),
            part.events(BOOT_MICROS),
            part.tape(BOOT_MICROS));
        digests.add(
            machine.readStorage(storage -> new StorageScanner(storage, scope).scan(List.of())));
      }
    }
    driver.remove(phone);
    return new Recording(model, script, digests);
  }

  /** How many batches there are after the boot. */
  int batches() {
    return digests.size();
  }

  /** The boot of a phone, as its first message. */
  Boot boot(long bootId, long bootMicros) {
    return new Boot(1, bootId, bootMicros, model);
  }

  /** A batch of a phone that booted at a time. */
  Batch batch(int number, long bootId, long bootMicros) {
    Script.Part part = script.parts().get(number);
    return new Batch(
        number + FIRST_BATCH,
        bootId,
        bootMicros + part.startMicros(),
        part.lengthMicros(),
        part.events(bootMicros),
        0,
        digests.get(number));
  }

  /** Which batch has a sequence number. */
  static int batchOf(long sequence) {
    return (int) sequence - FIRST_BATCH;
  }
}
