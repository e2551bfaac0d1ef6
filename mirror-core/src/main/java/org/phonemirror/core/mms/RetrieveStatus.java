package org.phonemirror.core.mms;

/**
 * X-Mms-Retrieve-Status (OMA-TS-MMS_ENC-V1_2 §7.3.50).
 *
 * @param code 0x80 to 0xFF; from 0xC0 worth another attempt, from 0xE0 not
 */
public record RetrieveStatus(int code) {
  public static final RetrieveStatus OK = new RetrieveStatus(0x80);
  public static final RetrieveStatus TRANSIENT_FAILURE = new RetrieveStatus(0xC0);
  public static final RetrieveStatus MESSAGE_NOT_FOUND = new RetrieveStatus(0xE2);

  public RetrieveStatus {
    if (code < 0x80 || code > 0xFF) {
      throw new IllegalArgumentException("retrieve status is " + code + ", must be 128 to 255");
    }
  }
}
