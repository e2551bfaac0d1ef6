package org.phonemirror.testnet.aka;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An authentication vector (TS 33.102 §6.3.2).
 *
 * @param rand RAND, 16 octets
 * @param autn AUTN, 16 octets
 * @param response XRES, 8 octets
 * @param cipherKey CK
 * @param integrityKey IK
 */
public record Vector(
    byte[] rand, byte[] autn, byte[] response, byte[] cipherKey, byte[] integrityKey) {
  private static final byte[] AMF = {(byte) 0x80, 0};

  /** All zeroes in AUTS (TS 33.102 §6.3.3). */
  private static final byte[] RESYNCHRONIZATION_AMF = {0, 0};

  /** Largest SQN. */
  public static final long MAX_SQN = (1L << 48) - 1;

  /** A vector as the HSS makes it. */
  public static Vector make(Milenage card, byte[] rand, long sqn) {
    byte[] number = sqn(sqn);
    byte[] hidden = Milenage.xor(number, card.anonymityKey(rand));
    ByteBuffer autn = ByteBuffer.allocate(16);
    autn.put(hidden).put(AMF).put(card.networkCode(rand, number, AMF));
    return new Vector(
        rand.clone(),
        autn.array(),
        card.response(rand),
        card.cipherKey(rand),
        card.integrityKey(rand));
  }

  /**
   * The SQN of a challenge, on the card's side.
   *
   * @return empty if the challenge does not come from the home network
   */
  public static Optional<Long> verified(Milenage card, byte[] rand, byte[] autn) {
    if (rand.length != 16 || autn.length != 16) {
      return Optional.empty();
    }
    byte[] number = Milenage.xor(Arrays.copyOf(autn, 6), card.anonymityKey(rand));
    byte[] amf = Arrays.copyOfRange(autn, 6, 8);
    byte[] code = Arrays.copyOfRange(autn, 8, 16);
    return Arrays.equals(code, card.networkCode(rand, number, amf))
        ? Optional.of(number(number))
        : Optional.empty();
  }

  /** AUTS: the card tells its SQN when the network's is not fresh. */
  public static byte[] resynchronization(Milenage card, byte[] rand, long sqn) {
    byte[] number = sqn(sqn);
    ByteBuffer auts = ByteBuffer.allocate(14);
    auts.put(Milenage.xor(number, card.resynchronizationKey(rand)));
    auts.put(card.resynchronizationCode(rand, number, RESYNCHRONIZATION_AMF));
    return auts.array();
  }

  /**
   * The card's SQN, on the HSS's side.
   *
   * @return empty if it does not come from the card
   */
  public static Optional<Long> cardSqn(Milenage card, byte[] rand, byte[] auts) {
    if (rand.length != 16 || auts.length != 14) {
      return Optional.empty();
    }
    byte[] number = Milenage.xor(Arrays.copyOf(auts, 6), card.resynchronizationKey(rand));
    byte[] code = Arrays.copyOfRange(auts, 6, 14);
    return Arrays.equals(code, card.resynchronizationCode(rand, number, RESYNCHRONIZATION_AMF))
        ? Optional.of(number(number))
        : Optional.empty();
  }

  private static byte[] sqn(long sqn) {
    return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(sqn & MAX_SQN).array(), 2, 8);
  }

  private static long number(byte[] octets) {
    return ByteBuffer.allocate(8).putShort((short) 0).put(octets).flip().getLong();
  }
}
