package org.phonemirror.testnet.aka;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** The functions f1 to f5* of 3GPP, on AES (TS 35.206 §4). */
public final class Milenage {
  private static final int BLOCK = 16;

  private final byte[] key;
  private final byte[] opc;

  private Milenage(byte[] key, byte[] opc) {
    this.key = key;
    this.opc = opc;
  }

  /**
   * With the operator's variant as it is stored on the card.
   *
   * @param key K, 16 octets
   * @param opc OPc, 16 octets
   */
  public static Milenage withOpc(byte[] key, byte[] opc) {
    check("K", key, BLOCK);
    check("OPc", opc, BLOCK);
    return new Milenage(key.clone(), opc.clone());
  }

  /**
   * With the operator's own constant.
   *
   * @param key K, 16 octets
   * @param op OP, 16 octets
   */
  public static Milenage withOp(byte[] key, byte[] op) {
    check("K", key, BLOCK);
    check("OP", op, BLOCK);
    return new Milenage(key.clone(), xor(encrypt(key, op), op));
  }

  /** OPc. */
  public byte[] opc() {
    return opc.clone();
  }

  /** f1: MAC-A, 8 octets. */
  public byte[] networkCode(byte[] rand, byte[] sqn, byte[] amf) {
    return Arrays.copyOf(codes(rand, sqn, amf), 8);
  }

  /** f1*: MAC-S, 8 octets. */
  public byte[] resynchronizationCode(byte[] rand, byte[] sqn, byte[] amf) {
    return Arrays.copyOfRange(codes(rand, sqn, amf), 8, BLOCK);
  }

  /** f2: RES, 8 octets. */
  public byte[] response(byte[] rand) {
    return Arrays.copyOfRange(output(rand, 0, 1), 8, BLOCK);
  }

  /** f3: CK, 16 octets. */
  public byte[] cipherKey(byte[] rand) {
    return output(rand, 4, 2);
  }

  /** f4: IK, 16 octets. */
  public byte[] integrityKey(byte[] rand) {
    return output(rand, 8, 4);
  }

  /** f5: AK, 6 octets. */
  public byte[] anonymityKey(byte[] rand) {
    return Arrays.copyOf(output(rand, 0, 1), 6);
  }

  /** f5*: AK for the resynchronization, 6 octets. */
  public byte[] resynchronizationKey(byte[] rand) {
    return Arrays.copyOf(output(rand, 12, 8), 6);
  }

  private byte[] codes(byte[] rand, byte[] sqn, byte[] amf) {
    check("SQN", sqn, 6);
    check("AMF", amf, 2);
    byte[] in = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i += 8) {
      System.arraycopy(sqn, 0, in, i, 6);
      System.arraycopy(amf, 0, in, i + 6, 2);
    }
    return xor(encrypt(key, xor(rotate(xor(in, opc), 8), temp(rand))), opc);
  }

  /** OUT2 to OUT5: rotated by so many octets, with this constant in the last one. */
  private byte[] output(byte[] rand, int octets, int constant) {
    byte[] in = rotate(xor(temp(rand), opc), octets);
    in[BLOCK - 1] ^= (byte) constant;
    return xor(encrypt(key, in), opc);
  }

  private byte[] temp(byte[] rand) {
    check("RAND", rand, BLOCK);
    return encrypt(key, xor(rand, opc));
  }

  private static byte[] rotate(byte[] in, int octets) {
    byte[] out = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      out[i] = in[(i + octets) % BLOCK];
    }
    return out;
  }

  /** One octet after the other; the shorter one decides the length. */
  static byte[] xor(byte[] one, byte[] other) {
    byte[] out = new byte[Math.min(one.length, other.length)];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) (one[i] ^ other[i]);
    }
    return out;
  }

  private static void check(String name, byte[] value, int length) {
    if (value.length != length) {
      throw new IllegalArgumentException(
          name + " has " + value.length + " octets, must have " + length);
    }
  }

  /** One block, so there is nothing to chain. */
  @SuppressWarnings("InsecureCryptoUsage")
  private static byte[] encrypt(byte[] key, byte[] block) {
    try {
      Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      return aes.doFinal(block);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES", e);
    }
  }
}
