package org.phonemirror.testnet.hss;

import org.jdiameter.api.ApplicationId;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;

/** Numbers of the Cx interface (TS 29.229 §6). */
final class Cx {
  static final ApplicationId APPLICATION =
      ApplicationId.createByAuthAppId(Avps.VENDOR_3GPP, 16_777_216L);

  static final int UAR = 300;
  static final int SAR = 301;
  static final int LIR = 302;
  static final int MAR = 303;
  static final int RTR = 304;
  static final int PPR = 305;

  static final int USER_NAME = 1;
  static final int DIGEST_REALM = 104;
  static final int DIGEST_QOP = 110;
  static final int DIGEST_ALGORITHM = 111;
  static final int DIGEST_HA1 = 121;
  static final int VISITED_NETWORK_IDENTIFIER = 600;
  static final int PUBLIC_IDENTITY = 601;
  static final int SERVER_NAME = 602;
  static final int SERVER_CAPABILITIES = 603;
  static final int MANDATORY_CAPABILITY = 604;
  static final int USER_DATA = 606;
  static final int SIP_NUMBER_AUTH_ITEMS = 607;
  static final int SIP_AUTHENTICATION_SCHEME = 608;
  static final int SIP_AUTHENTICATE = 609;
  static final int SIP_AUTHORIZATION = 610;
  static final int SIP_AUTH_DATA_ITEM = 612;
  static final int SIP_ITEM_NUMBER = 613;
  static final int SERVER_ASSIGNMENT_TYPE = 614;
  static final int DEREGISTRATION_REASON = 615;
  static final int REASON_CODE = 616;
  static final int REASON_INFO = 617;
  static final int USER_AUTHORIZATION_TYPE = 623;
  static final int USER_DATA_ALREADY_AVAILABLE = 624;
  static final int CONFIDENTIALITY_KEY = 625;
  static final int INTEGRITY_KEY = 626;
  static final int SIP_DIGEST_AUTHENTICATE = 635;

  static final Result FIRST_REGISTRATION = new Result(2001, true);
  static final Result SUBSEQUENT_REGISTRATION = new Result(2002, true);
  static final Result UNREGISTERED_SERVICE = new Result(2003, true);
  static final Result USER_UNKNOWN = new Result(5001, true);
  static final Result IDENTITIES_DONT_MATCH = new Result(5002, true);
  static final Result IDENTITY_NOT_REGISTERED = new Result(5003, true);
  static final Result AUTH_SCHEME_NOT_SUPPORTED = new Result(5006, true);

  private Cx() {}
}
