package org.phonemirror.hss.mm10;

import org.jdiameter.api.ApplicationId;
import org.phonemirror.hss.diameter.Avps;

/**
 * Numbers of the MM10 interface (TS 29.140 §6). They are as in V6.3.0, and the same in Wireshark's
 * dictionary; MSISDN is that of Sh (TS 29.329 §6.3.2), and all other AVPs are of vendor 3GPP.
 *
 * <pre>
 * MPR: Session-Id, Vendor-Specific-Application-Id, Auth-Session-State, Origin-Host, Origin-Realm,
 *      Destination-Host, Destination-Realm, Event-Timestamp, Trigger-Event, Served-User-Identity,
 *      [3GPP-IMSI], [Sender-Address], 1*{Initial-Recipient-Address}, Originating-Interface,
 *      [Service-Key], [Delivery-Report], [Read-Reply], [Sender-Visibility]
 * MPA: Session-Id, Vendor-Specific-Application-Id, [Result-Code], [Experimental-Result],
 *      Auth-Session-State, Origin-Host, Origin-Realm, [Status], *[Result-Recipient-Address],
 *      [Delivery-Report], [Read-Reply], [Billing-Information], [Sender-Visibility]
 * </pre>
 */
public final class Mm10 {
  public static final ApplicationId APPLICATION =
      ApplicationId.createByAuthAppId(Avps.VENDOR_3GPP, 16_777_226L);

  /** Message-Process-Request. */
  public static final int MPR = 311;

  /** Grouped: MSISDN, or VASP-ID and VAS-ID. */
  public static final int SERVED_USER_IDENTITY = 1100;

  /** Enumerated. */
  public static final int TRIGGER_EVENT = 1103;

  /** UTF8String. */
  public static final int SENDER_ADDRESS = 1104;

  /** Grouped: Sequence-Number and Recipient-Address. */
  public static final int INITIAL_RECIPIENT_ADDRESS = 1105;

  /** Unsigned32; not the one of Sh. */
  public static final int SEQUENCE_NUMBER = 1107;

  /** UTF8String. */
  public static final int RECIPIENT_ADDRESS = 1108;

  /** Enumerated. */
  public static final int ORIGINATING_INTERFACE = 1110;

  /** Enumerated: 1 if one is requested. */
  public static final int DELIVERY_REPORT = 1111;

  /** Grouped: Status-Code and Status-Text. */
  public static final int STATUS = 1116;

  /** UTF8String. */
  public static final int STATUS_CODE = 1117;

  /** UTF8String. */
  public static final int STATUS_TEXT = 1118;

  /** Of the base protocol, Time: seconds since 1900 (RFC 6733 §8.21). */
  public static final int EVENT_TIMESTAMP = 55;

  /** Trigger-Event: MM1 Message Submission, Profile based. */
  public static final long SUBMISSION_BY_PROFILE = 0;

  /** Trigger-Event: MM1 Message Submission, Address based. */
  public static final long SUBMISSION_BY_ADDRESS = 1;

  /** Trigger-Event: MM1 Message Delivery. */
  public static final long DELIVERY = 2;

  /** Originating-Interface. */
  public static final long MM1 = 0;

  /**
   * Status-Code of a refused message: the X-Mms-Response-Status that the sender is to get, here
   * service denied. Relay and server have to agree on these texts.
   */
  public static final String SERVICE_DENIED = "225";

  private Mm10() {}
}
