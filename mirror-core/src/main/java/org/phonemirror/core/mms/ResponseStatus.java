package org.phonemirror.core.mms;

/**
 * X-Mms-Response-Status (OMA-TS-MMS_ENC-V1_2 §7.3.48).
 *
 * @param code 0x80 to 0xFF; from 0xC0 worth another attempt, from 0xE0 not
 */
public record ResponseStatus(int code) {
  public static final ResponseStatus OK = new ResponseStatus(0x80);
  public static final ResponseStatus UNSUPPORTED_MESSAGE = new ResponseStatus(0x88);
  public static final ResponseStatus TRANSIENT_FAILURE = new ResponseStatus(0xC0);
  public static final ResponseStatus PERMANENT_FAILURE = new ResponseStatus(0xE0);
  public static final ResponseStatus SERVICE_DENIED = new ResponseStatus(0xE1);
  public static final ResponseStatus FORMAT_CORRUPT = new ResponseStatus(0xE2);
  public static final ResponseStatus ADDRESS_UNRESOLVED = new ResponseStatus(0xE3);
  public static final ResponseStatus CONTENT_NOT_ACCEPTED = new ResponseStatus(0xE5);

  public ResponseStatus {
    if (code < 0x80 || code > 0xFF) {
      throw new IllegalArgumentException("response status is " + code + ", must be 128 to 255");
    }
  }
}
