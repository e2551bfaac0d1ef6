package org.phonemirror.testnet.ims;

import java.util.Arrays;
import java.util.Optional;
import org.phonemirror.testnet.aka.AkaKey;
import org.phonemirror.testnet.aka.Milenage;
import org.phonemirror.testnet.aka.Vector;

/** The phone's card: answers challenges of its own network, and each of them once. */
final class Card {
  private static final int RAND_BYTES = 16;

  private final Milenage milenage;
  private long highest;

  Card(AkaKey key) {
    this.milenage = key.milenage();
  }

  /**
   * What the card answers.
   *
   * @param response RES; empty if the challenge is stale
   * @param auts then tells the network the card's SQN (TS 33.102 §6.3.3)
   */
  record Answer(byte[] response, Optional<byte[]> auts) {}

  /**
   * Answers a challenge.
   *
   * @param nonce RAND and AUTN, and what the server adds (RFC 3310 §3.2)
   * @throws IllegalArgumentException if it does not come from the card's network
   */
  synchronized Answer answer(byte[] nonce) {
    if (nonce.length < 2 * RAND_BYTES) {
      throw new IllegalArgumentException("challenge has " + nonce.length + " octets, AKA needs 32");
    }
    byte[] rand = Arrays.copyOf(nonce, RAND_BYTES);
    byte[] autn = Arrays.copyOfRange(nonce, RAND_BYTES, 2 * RAND_BYTES);
    long sqn =
        Vector.verified(milenage, rand, autn)
            .orElseThrow(
                () -> new IllegalArgumentException("the challenge is not of the card's network"));
    if (sqn <= highest) {
      return new Answer(
          new byte[0], Optional.of(Vector.resynchronization(milenage, rand, highest)));
    }
    highest = sqn;
    return new Answer(milenage.response(rand), Optional.empty());
  }
}
