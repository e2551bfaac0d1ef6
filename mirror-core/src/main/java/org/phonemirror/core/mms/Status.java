package org.phonemirror.core.mms;

/** X-Mms-Status (OMA-TS-MMS_ENC-V1_2 §7.3.54). */
public enum Status implements Token {
  EXPIRED(0x80),
  RETRIEVED(0x81),
  REJECTED(0x82),
  DEFERRED(0x83),
  UNRECOGNISED(0x84),
  INDETERMINATE(0x85),
  FORWARDED(0x86),
  UNREACHABLE(0x87);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  @Override
  public int code() {
    return code;
  }
}
