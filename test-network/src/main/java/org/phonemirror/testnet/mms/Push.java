package org.phonemirror.testnet.mms;

import java.util.concurrent.CompletionStage;

/** Brings a PDU to a phone that did not ask for it. */
@FunctionalInterface
public interface Push extends AutoCloseable {
  /** What became of it. */
  enum Outcome {
    /** The phone has it. */
    ARRIVED,
    /** The phone is off, or the network does not work: worth another attempt. */
    UNREACHABLE,
    /** The network knows no such subscriber. */
    UNKNOWN
  }

  /**
   * Brings it.
   *
   * @param number in international format
   * @return never fails
   */
  CompletionStage<Outcome> push(String number, byte[] pdu);

  @Override
  default void close() {}
}
