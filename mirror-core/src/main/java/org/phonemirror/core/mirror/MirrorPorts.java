package org.phonemirror.core.mirror;

import java.time.Clock;
import java.util.List;
import org.phonemirror.core.clone.Cloning;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.subscriber.ConditionSink;
import org.phonemirror.core.subscriber.ProfileSource;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.tape.TapeSource;

/**
 * What mirrors work with.
 *
 * @param driver starts their machines
 * @param profiles tells who has one
 * @param conditions is told how each is
 * @param messenger reaches the phones
 * @param keys is told the keys that are valid
 * @param tapes has what the network did to the phones
 * @param services get each interval when it was replayed
 * @param cloning has what mirrors of used phones begin with
 * @param clock tells the time
 */
public record MirrorPorts(
    MachineDriver driver,
    ProfileSource profiles,
    ConditionSink conditions,
    PhoneMessenger messenger,
    KeyRing keys,
    TapeSource tapes,
    List<MirrorService> services,
    Cloning cloning,
    Clock clock) {
  /** Of phones that all begin in their factory state. */
  public MirrorPorts(
      MachineDriver driver,
      ProfileSource profiles,
      ConditionSink conditions,
      PhoneMessenger messenger,
      KeyRing keys,
      TapeSource tapes,
      List<MirrorService> services,
      Clock clock) {
    this(driver, profiles, conditions, messenger, keys, tapes, services, Cloning.NONE, clock);
  }
}
