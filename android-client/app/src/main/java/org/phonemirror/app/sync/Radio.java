package org.phonemirror.app.sync;

import org.phonemirror.app.phone.Phone;

/**
 * What a radio spends on a short exchange, estimated: it is promoted, transfers, and stays on for a
 * tail. The figures are those of Huang et al., A Close Examination of Performance and Power
 * Characteristics of 4G LTE Networks (MobiSys 2012), tables 3 and 4.
 *
 * @param fixedJoules of a promotion and a tail
 * @param joulesPerByte of the transfer itself
 */
public record Radio(double fixedJoules, double joulesPerByte) {
  /** A mobile network (LTE): 1.2107 W for 0.2601 s, then 1.0600 W for 11.576 s. */
  public static final Radio MOBILE = new Radio(1.2107 * 0.2601 + 1.0600 * 11.576, 0.43839 * 8e-6);

  /** A WLAN in power save mode: 0.1244 W for 0.0791 s, then 0.1193 W for 0.2381 s. */
  public static final Radio WLAN = new Radio(0.1244 * 0.0791 + 0.1193 * 0.2381, 0.28317 * 8e-6);

  /** Of a network. */
  public static Radio of(Phone.Network network) {
    return network == Phone.Network.UNMETERED ? WLAN : MOBILE;
  }

  /** What an exchange of so many bytes costs. */
  public double joules(long bytes) {
    return fixedJoules + bytes * joulesPerByte;
  }
}
