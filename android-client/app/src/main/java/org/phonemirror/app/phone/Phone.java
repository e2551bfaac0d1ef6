package org.phonemirror.app.phone;

import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.channel.LinkState;
import org.phonemirror.client.repair.PhoneConditions;

/** Port: the phone that the app is on. May be asked on any thread. */
public interface Phone extends PhoneConditions, LinkState {
  /** Its clocks; the monotonic one goes on while the phone sleeps. */
  PhoneClock clock();

  /** The network in use. */
  Network network();

  /** How often the phone has been switched on; another number after each time. */
  long boots();

  @Override
  default boolean metered() {
    return network() != Network.UNMETERED;
  }

  /** A network, by what it costs. */
  enum Network {
    /** There is none. */
    NONE,
    /** It does not charge by volume. */
    UNMETERED,
    /** It does, or may. */
    METERED,
    /** It does, and belongs to another operator. */
    ROAMING
  }
}
