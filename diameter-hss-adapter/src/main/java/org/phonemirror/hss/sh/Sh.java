package org.phonemirror.hss.sh;

import org.jdiameter.api.ApplicationId;
import org.phonemirror.hss.diameter.Avps;

/** Numbers of the Sh interface (TS 29.329 §6). */
public final class Sh {
  public static final ApplicationId APPLICATION =
      ApplicationId.createByAuthAppId(Avps.VENDOR_3GPP, 16_777_217L);

  /** User-Data-Request. */
  public static final int UDR = 306;

  /** Profile-Update-Request. */
  public static final int PUR = 307;

  /** Subscribe-Notifications-Request. */
  public static final int SNR = 308;

  /** Push-Notification-Request. */
  public static final int PNR = 309;

  public static final int PUBLIC_IDENTITY = 601;
  public static final int USER_IDENTITY = 700;
  public static final int MSISDN = 701;
  public static final int USER_DATA = 702;
  public static final int DATA_REFERENCE = 703;
  public static final int SERVICE_INDICATION = 704;
  public static final int SUBS_REQ_TYPE = 705;
  public static final int IDENTITY_SET = 708;

  /** Server-Name, of Cx (TS 29.229 §6.3.3). */
  public static final int SERVER_NAME = 602;

  /** Data-Reference of transparent data. */
  public static final long REPOSITORY_DATA = 0;

  /** Data-Reference. */
  public static final long IMS_PUBLIC_IDENTITY = 10;

  /** Data-Reference. */
  public static final long IMS_USER_STATE = 11;

  /** Data-Reference. */
  public static final long S_CSCF_NAME = 12;

  /** Data-Reference; its key includes the Server-Name. */
  public static final long INITIAL_FILTER_CRITERIA = 13;

  /** Data-Reference. */
  public static final long MSISDN_DATA = 17;

  /** Identity-Set: all public identities of the subscription. */
  public static final long ALL_IDENTITIES = 0;

  /** Subs-Req-Type. */
  public static final long SUBSCRIBE = 0;

  /** Subs-Req-Type. */
  public static final long UNSUBSCRIBE = 1;

  /** Experimental-Result-Code. */
  public static final long USER_UNKNOWN = 5001;

  /** Experimental-Result-Code. */
  public static final long OUT_OF_SYNC = 5105;

  /** Experimental-Result-Code. */
  public static final long SUBSCRIBED_DATA_ABSENT = 5106;

  private Sh() {}
}
