package org.phonemirror.testnet.aka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MilenageTest {
  private static final byte[] K = hex("465b5ce8b199b49faa5f0a2ee238a6bc");
  private static final byte[] OP = hex("cdc202d5123e20f62b6d676ac72cb318");
  private static final byte[] RAND = hex("23553cbe9637a89d218ae64dae47bf35");
  private static final byte[] SQN = hex("ff9bb4d0b607");
  private static final byte[] AMF = hex("b9b9");

  @Test
  void testSet1OfTs35208() {
    Milenage card = Milenage.withOp(K, OP);
    assertThat(card.opc()).isEqualTo(hex("cd63cb71954a9f4e48a5994e37a02baf"));
    assertThat(card.networkCode(RAND, SQN, AMF)).isEqualTo(hex("4a9ffac354dfafb3"));
    assertThat(card.resynchronizationCode(RAND, SQN, AMF)).isEqualTo(hex("01cfaf9ec4e871e9"));
    assertThat(card.response(RAND)).isEqualTo(hex("a54211d5e3ba50bf"));
    assertThat(card.anonymityKey(RAND)).isEqualTo(hex("aa689c648370"));
    assertThat(card.cipherKey(RAND)).isEqualTo(hex("b40ba9a3c58b2a05bbf0d987b21bf8cb"));
    assertThat(card.integrityKey(RAND)).isEqualTo(hex("f769bcd751044604127672711c6d3441"));
    assertThat(card.resynchronizationKey(RAND)).isEqualTo(hex("451e8beca43b"));
  }

  @Test
  void cardAndNetworkAgree() {
    Milenage card = new AkaKey("00112233445566778899aabbccddeeff", "0".repeat(32)).milenage();
    Vector vector = Vector.make(card, RAND, Vector.MAX_SQN);
    assertThat(Vector.verified(card, RAND, vector.autn())).contains(Vector.MAX_SQN);
    assertThat(vector.response()).isEqualTo(card.response(RAND));
    assertThat(Vector.verified(Milenage.withOp(K, OP), RAND, vector.autn())).isEmpty();
    byte[] auts = Vector.resynchronization(card, RAND, 4711);
    assertThat(Vector.cardSqn(card, RAND, auts)).contains(4711L);
    auts[0]++;
    assertThat(Vector.cardSqn(card, RAND, auts)).isEmpty();
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new AkaKey("00", "0".repeat(32)))
        .hasMessage("K must have 32 hexadecimal digits");
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
