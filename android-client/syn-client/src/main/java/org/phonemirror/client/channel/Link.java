package org.phonemirror.client.channel;

/** The phone's link to its network, as far as it decides how a message is best sent. */
public enum Link {
  /**
   * UMTS, with or without HSPA: what is short goes over a channel that the phones of a cell share
   * (CELL_FACH, TS 25.331 §7); what is longer gets the phone one of its own (CELL_DCH), which needs
   * more power and is kept for seconds afterwards.
   */
  UMTS,
  /** Any other, or one that is not known. */
  OTHER
}
