package org.phonemirror.core.mms;

/** X-Mms-Message-Class (OMA-TS-MMS_ENC-V1_2 §7.3.27). */
public enum MessageClass implements Token {
  PERSONAL(0x80),
  ADVERTISEMENT(0x81),
  INFORMATIONAL(0x82),
  AUTO(0x83);

  private final int code;

  MessageClass(int code) {
    this.code = code;
  }

  @Override
  public int code() {
    return code;
  }
}
