package org.phonemirror.testnet.aka;

import java.util.HexFormat;

/**
 * What card and HSS share.
 *
 * @param k K, 32 hexadecimal digits
 * @param opc OPc, 32 hexadecimal digits
 */
public record AkaKey(String k, String opc) {
  public AkaKey {
    check("K", k);
    check("OPc", opc);
  }

  /** The functions with this key. */
  public Milenage milenage() {
    HexFormat hex = HexFormat.of();
    return Milenage.withOpc(hex.parseHex(k), hex.parseHex(opc));
  }

  private static void check(String name, String value) {
    if (!value.matches("[0-9A-Fa-f]{32}")) {
      throw new IllegalArgumentException(name + " must have 32 hexadecimal digits");
    }
  }

  /** Without the key: this may end up in a log. */
  @Override
  public String toString() {
    return "AkaKey";
  }
}
