package org.phonemirror.testnet.gtp;

import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/**
 * An open context: what was asked for, what the GGSN granted, and both as they were on the wire.
 *
 * @param address the phone's, in this context
 * @param ggsnControl the GGSN's tunnel endpoint for requests
 * @param ggsnData the GGSN's tunnel endpoint for packets from the phone
 * @param ggsn where packets from the phone go
 * @param createRequest datagram
 * @param createResponse datagram
 */
public record PdpContext(
    ContextRequest asked,
    Inet4Address address,
    long ggsnControl,
    long ggsnData,
    Inet4Address ggsn,
    byte[] createRequest,
    byte[] createResponse) {
  /**
   * From a GGSN's answer (TS 29.060 §7.3.2).
   *
   * @throws GtpException if it refuses, or leaves out what must be in it
   */
  public static PdpContext of(
      ContextRequest asked, byte[] request, ControlMessage answer, byte[] response)
      throws GtpException {
    int cause = answer.octet("Cause", ControlMessage.Element.CAUSE);
    if (cause < Gtp.REQUEST_ACCEPTED || cause >= Gtp.NON_EXISTENT) {
      throw new GtpException(
          "the GGSN refuses a context of %s on %s: cause %d (TS 29.060 §7.7.1)"
              .formatted(asked.imsi(), asked.apn(), cause));
    }
    List<byte[]> addresses =
        answer.elements().stream()
            .filter(element -> element.type() == ControlMessage.Element.GSN_ADDRESS)
            .map(ControlMessage.Element::value)
            .toList();
    if (addresses.size() < 2) {
      throw new GtpException("Create PDP Context Response has no two GSN Addresses");
    }
    return new PdpContext(
        asked,
        ContextRequest.address(
            answer.require("End User Address", ControlMessage.Element.END_USER_ADDRESS)),
        answer.teid("Tunnel Endpoint Identifier Control", ControlMessage.Element.TEID_CONTROL),
        answer.teid("Tunnel Endpoint Identifier Data I", ControlMessage.Element.TEID_DATA),
        Addresses.of(addresses.get(1)),
        request,
        response);
  }

  /**
   * A GGSN's answer that grants what was asked for.
   *
   * @param address that it gives
   */
  public static ControlMessage grant(
      ContextRequest asked, int sequence, Inet4Address address, long control, long data) {
    return new ControlMessage(
        Gtp.CREATE_PDP_CONTEXT_RESPONSE,
        asked.control(),
        sequence,
        List.of(
            ControlMessage.Element.of(ControlMessage.Element.CAUSE, Gtp.REQUEST_ACCEPTED),
            ControlMessage.Element.ofTeid(ControlMessage.Element.TEID_DATA, data),
            ControlMessage.Element.ofTeid(ControlMessage.Element.TEID_CONTROL, control),
            ControlMessage.Element.ofTeid(ControlMessage.Element.CHARGING_ID, data),
            ContextRequest.endUserAddress(Optional.of(address)),
            ContextRequest.gsnAddress(asked.sgsn()),
            ContextRequest.gsnAddress(asked.sgsn()),
            ContextRequest.qos()));
  }

  /** The request that ends it, and with it all of the phone's on this access point (§7.3.5). */
  public ControlMessage deletion(int sequence) {
    return new ControlMessage(
        Gtp.DELETE_PDP_CONTEXT_REQUEST,
        ggsnControl,
        sequence,
        List.of(
            ControlMessage.Element.of(ControlMessage.Element.TEARDOWN, 0xff),
            ControlMessage.Element.of(ControlMessage.Element.NSAPI, asked.nsapi())));
  }
}
