package org.phonemirror.sip;

import javax.servlet.ServletException;
import javax.servlet.sip.Address;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import org.phonemirror.core.subscriber.Impu;

/**
 * Requests of an application server on its own behalf (TS 24.229 §5.7.3): through the S-CSCF that
 * serves the subscriber, in the name of the server's own URI.
 */
final class OwnRequests {
  /** Name of the servlet that hears the answers. */
  private static final String HANDLER = "MirrorSipServlet";

  private final SipFactory factory;
  private final String ownUri;

  OwnRequests(SipFactory factory, String ownUri) {
    this.factory = factory;
    this.ownUri = ownUri;
  }

  /** A request outside of a dialog, in an application session of its own. */
  SipServletRequest create(String method, Impu subscriber, String scscf) throws ServletException {
    SipApplicationSession session = factory.createApplicationSession();
    Address from = factory.createAddress("<" + ownUri + ">");
    Address to = factory.createAddress("<" + subscriber.uri() + ">");
    SipServletRequest request = factory.createRequest(session, method, from, to);
    request.getSession().setHandler(HANDLER);
    SipURI route = (SipURI) factory.createURI(scscf);
    route.setLrParam(true);
    request.pushRoute(route);
    request.setAddressHeader("P-Asserted-Identity", from);
    return request;
  }
}
