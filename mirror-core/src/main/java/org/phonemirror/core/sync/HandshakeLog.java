package org.phonemirror.core.sync;

import java.security.Principal;
import org.eclipse.californium.scandium.dtls.DTLSContext;
import org.eclipse.californium.scandium.dtls.Handshaker;
import org.eclipse.californium.scandium.dtls.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts handshakes, and logs those that failed, by identity. */
final class HandshakeLog implements SessionListener {
  private static final Logger LOG = LoggerFactory.getLogger(HandshakeLog.class);

  private final Counters counters;
  private final OncePerMinute logged;

  HandshakeLog(Counters counters, OncePerMinute logged) {
    this.counters = counters;
    this.logged = logged;
  }

  @Override
  public void handshakeStarted(Handshaker handshaker) {}

  @Override
  public void contextEstablished(Handshaker handshaker, DTLSContext context) {}

  @Override
  public void handshakeCompleted(Handshaker handshaker) {
    counters.handshakes.increment();
  }

  @Override
  public void handshakeFailed(Handshaker handshaker, Throwable error) {
    counters.failedHandshakes.increment();
    Principal peer =
        handshaker.getSession() == null ? null : handshaker.getSession().getPeerIdentity();
    if (peer != null) {
      String identity = KeyRingPskStore.printable(peer.getName());
      if (logged.passes(identity)) {
        LOG.warn(
            "handshake with '{}' failed, its key may be wrong: {}", identity, error.toString());
      }
    }
  }

  @Override
  public void handshakeFlightRetransmitted(Handshaker handshaker, int flight) {}
}
