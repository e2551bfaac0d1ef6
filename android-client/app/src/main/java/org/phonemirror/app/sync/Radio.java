package org.phonemirror.app.sync;

import org.phonemirror.app.phone.Phone;
import org.phonemirror.client.channel.BlockRule;
import org.phonemirror.client.channel.Link;

/**
 * What a radio spends on a short exchange, estimated: it is promoted, transfers, and stays on for a
 * tail. The figures of LTE and WLAN are those of Huang et al., A Close Examination of Performance
 * and Power Characteristics of 4G LTE Networks (MobiSys 2012), tables 3 and 4; those of UMTS are
 * the HTC Dream's in T-Mobile's network (Zhang et al., CODES+ISSS 2010; Qian et al., IMC 2010).
 *
 * @param fixedJoules of a promotion and a tail
 * @param joulesPerByte of the transfer itself
 */
public record Radio(double fixedJoules, double joulesPerByte) {
  /** A mobile network (LTE): 1.2107 W for 0.2601 s, then 1.0600 W for 11.576 s. */
  public static final Radio MOBILE = new Radio(1.2107 * 0.2601 + 1.0600 * 11.576, 0.43839 * 8e-6);

  /** A WLAN in power save mode: 0.1244 W for 0.0791 s, then 0.1193 W for 0.2381 s. */
  public static final Radio WLAN = new Radio(0.1244 * 0.0791 + 0.1193 * 0.2381, 0.28317 * 8e-6);

  /**
   * UMTS on the shared channel: 0.401 W for 0.6 + 4 s; 32 kbit/s, and a round trip of 0.2 s for
   * each block, which is 206 bytes on the IP layer with its answer.
   */
  public static final Radio SHARED = new Radio(0.401 * 4.6, 0.401 * (8 / 32_000.0 + 0.2 / 206));

  /** UMTS on a channel of the phone's own: 0.570 W for 1.3 + 6 s more, at 708 kbit/s. */
  public static final Radio DEDICATED = new Radio(0.401 * 4.6 + 0.570 * 7.3, 0.570 * 8 / 708_000.0);

  /**
   * Of a network.
   *
   * @param bytes of the message, which decide between UMTS's channels
   */
  public static Radio of(Phone.Network network, Link link, long bytes) {
    if (network == Phone.Network.UNMETERED) {
      return WLAN;
    }
    if (link == Link.UMTS) {
      return BlockRule.isShared(link, bytes) ? SHARED : DEDICATED;
    }
    return MOBILE;
  }

  /** What an exchange of so many bytes costs. */
  public double joules(long bytes) {
    return fixedJoules + bytes * joulesPerByte;
  }
}
