package org.phonemirror.sip;

import java.io.IOException;
import java.util.Set;
import javax.servlet.ServletException;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletContextEvent;
import javax.servlet.sip.SipServletListener;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application server on the ISC interface (TS 24.229 §5.7). Third-party registrations tell
 * which phones are on. Everything else goes back to the S-CSCF untouched, whatever the mirrors do;
 * nothing here waits.
 */
public final class MirrorSipServlet extends SipServlet implements SipServletListener {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(MirrorSipServlet.class);

  /** The container sees to these: they belong to a transaction that went through here. */
  private static final Set<String> OF_TRANSACTIONS = Set.of("ACK", "CANCEL");

  private transient SipApp.Parts parts;

  @Override
  public void init() {
    parts = SipApp.parts(getServletContext());
  }

  @Override
  public void servletInitialized(SipServletContextEvent event) {
    SipApp.parts(event.getServletContext()).events().ready();
  }

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    if (OF_TRANSACTIONS.contains(request.getMethod())) {
      return;
    }
    if (!request.isInitial()) {
      within(request);
      return;
    }
    if (request.getMethod().equals("REGISTER")) {
      register(request);
    } else if (request.getHeader("Route") != null) {
      proxy(request);
    } else if (request.getMethod().equals("OPTIONS")) {
      request.createResponse(SipServletResponse.SC_OK).send();
    } else {
      // it did not come from an S-CSCF, which would have told where to send it back to
      request.createResponse(SipServletResponse.SC_FORBIDDEN, "No Route Back").send();
    }
  }

  /** The only dialogs of this server are its own subscriptions. */
  private void within(SipServletRequest request) throws IOException {
    if (request.getMethod().equals("NOTIFY")) {
      parts.events().notified(request);
    } else {
      request.createResponse(SipServletResponse.SC_METHOD_NOT_ALLOWED).send();
    }
  }

  private void register(SipServletRequest request) throws IOException {
    var trusted = parts.config().trustedPeers();
    if (!trusted.isEmpty() && !trusted.contains(request.getInitialRemoteAddr())) {
      LOG.warn(
          "REGISTER from {} refused: it is not in sip.trusted-peers",
          request.getInitialRemoteAddr());
      request.createResponse(SipServletResponse.SC_FORBIDDEN, "Not a Trusted S-CSCF").send();
      return;
    }
    try {
      Registration registration = RegistrationParser.parse(request);
      parts.cscfs().learn(registration);
      if (parts.presence().offer(registration)) {
        LOG.debug("{}", registration);
        request.createResponse(SipServletResponse.SC_OK).send();
      } else {
        LOG.warn("{} refused: the mirror plane is down or does not keep up", registration);
        request.createResponse(SipServletResponse.SC_SERVICE_UNAVAILABLE, "No Mirrors").send();
      }
    } catch (RegistrationException e) {
      LOG.warn("REGISTER from {} refused: {}", request.getInitialRemoteAddr(), e.getMessage());
      request.createResponse(e.status(), e.getMessage()).send();
    }
  }

  /** No Record-Route: only the initial request matters, and calls do not depend on this server. */
  private void proxy(SipServletRequest request) throws ServletException {
    boolean supervised = parts.sessions().requested(request);
    Proxy proxy = request.getProxy();
    proxy.setRecordRoute(false);
    proxy.setSupervised(supervised);
    proxy.proxyTo(request.getRequestURI());
  }

  @Override
  protected void doResponse(SipServletResponse response) {
    parts.messenger().answered(response);
    parts.events().answered(response);
    parts.sessions().answered(response);
  }
}
