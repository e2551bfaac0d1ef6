package org.phonemirror.testnet.s6d;

import org.jdiameter.api.ApplicationId;
import org.phonemirror.hss.diameter.Avps;

/** Numbers of the S6d interface (TS 29.272 §7). */
public final class S6d {
  public static final ApplicationId APPLICATION =
      ApplicationId.createByAuthAppId(Avps.VENDOR_3GPP, 16_777_251L);

  /** Update-Location-Request. */
  public static final int ULR = 316;

  /** Cancel-Location-Request. */
  public static final int CLR = 317;

  /** Insert-Subscriber-Data-Request. */
  public static final int IDR = 319;

  /** Service-Selection, the APN (RFC 5778 §6.2); of the base vendor. */
  public static final int SERVICE_SELECTION = 493;

  public static final int MSISDN = 701;
  public static final int RAT_TYPE = 1032;
  public static final int SUBSCRIPTION_DATA = 1400;
  public static final int ULR_FLAGS = 1405;
  public static final int ULA_FLAGS = 1406;
  public static final int VISITED_PLMN_ID = 1407;
  public static final int NETWORK_ACCESS_MODE = 1417;
  public static final int CANCELLATION_TYPE = 1420;
  public static final int CONTEXT_IDENTIFIER = 1423;
  public static final int SUBSCRIBER_STATUS = 1424;
  public static final int GPRS_SUBSCRIPTION_DATA = 1467;
  public static final int COMPLETE_DATA_LIST = 1468;
  public static final int PDP_CONTEXT = 1469;
  public static final int PDP_TYPE = 1470;
  public static final int IDR_FLAGS = 1490;

  /** Cancellation-Type: another SGSN serves the subscriber now. */
  public static final long SGSN_UPDATE_PROCEDURE = 1;

  /** RAT-Type: UTRAN. */
  public static final long UTRAN = 1000;

  /**
   * Access point that stands for the mirror server: to whom it is subscribed, the traffic of all
   * his contexts is copied there. Phones open no context on it.
   */
  public static final String MIRROR_APN = "mirror";

  private S6d() {}
}
