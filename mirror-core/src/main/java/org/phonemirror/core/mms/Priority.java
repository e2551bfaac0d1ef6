package org.phonemirror.core.mms;

/** X-Mms-Priority (OMA-TS-MMS_ENC-V1_2 §7.3.35). */
public enum Priority implements Token {
  LOW(0x80),
  NORMAL(0x81),
  HIGH(0x82);

  private final int code;

  Priority(int code) {
    this.code = code;
  }

  @Override
  public int code() {
    return code;
  }
}
