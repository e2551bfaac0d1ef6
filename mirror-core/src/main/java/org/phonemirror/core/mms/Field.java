package org.phonemirror.core.mms;

/** Header fields by their assigned numbers (OMA-TS-MMS_ENC-V1_2 table 12), and values of some. */
final class Field {
  static final int BCC = 0x01;
  static final int CC = 0x02;
  static final int CONTENT_LOCATION = 0x03;
  static final int CONTENT_TYPE = 0x04;
  static final int DATE = 0x05;
  static final int DELIVERY_REPORT = 0x06;
  static final int EXPIRY = 0x08;
  static final int FROM = 0x09;
  static final int MESSAGE_CLASS = 0x0A;
  static final int MESSAGE_ID = 0x0B;
  static final int MESSAGE_TYPE = 0x0C;
  static final int VERSION = 0x0D;
  static final int MESSAGE_SIZE = 0x0E;
  static final int PRIORITY = 0x0F;
  static final int READ_REPORT = 0x10;
  static final int REPORT_ALLOWED = 0x11;
  static final int RESPONSE_STATUS = 0x12;
  static final int RESPONSE_TEXT = 0x13;
  static final int STATUS = 0x15;
  static final int SUBJECT = 0x16;
  static final int TO = 0x17;
  static final int TRANSACTION_ID = 0x18;
  static final int RETRIEVE_STATUS = 0x19;
  static final int RETRIEVE_TEXT = 0x1A;

  /** X-Mms-Message-Type. */
  static final int SEND_REQ = 0;

  static final int SEND_CONF = 1;
  static final int NOTIFICATION_IND = 2;
  static final int NOTIFYRESP_IND = 3;
  static final int RETRIEVE_CONF = 4;
  static final int ACKNOWLEDGE_IND = 5;
  static final int DELIVERY_IND = 6;

  /** X-Mms-MMS-Version 1.2: major in three bits, minor in four. */
  static final int VERSION_1_2 = 0x12;

  static final int YES = 0;
  static final int NO = 1;

  /** Tokens of From and of Expiry. */
  static final int FIRST_TOKEN = 0;

  static final int SECOND_TOKEN = 1;

  private Field() {}
}
