package org.phonemirror.core.sync;

import java.net.InetSocketAddress;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.PskPublicInformation;
import org.eclipse.californium.scandium.dtls.PskSecretResult;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedPskStore;
import org.eclipse.californium.scandium.util.SecretUtil;
import org.eclipse.californium.scandium.util.ServerNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks identities up in the key ring for DTLS. */
final class KeyRingPskStore implements AdvancedPskStore {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRingPskStore.class);
  private static final int MAX_IDENTITY = 128;

  private final KeyRing keys;
  private final Counters counters;
  private final OncePerMinute logged;

  KeyRingPskStore(KeyRing keys, Counters counters, OncePerMinute logged) {
    this.keys = keys;
    this.counters = counters;
    this.logged = logged;
  }

  @Override
  public boolean hasEcdhePskSupported() {
    return false;
  }

  @Override
  public PskSecretResult requestPskSecretResult(
      ConnectionId cid,
      ServerNames serverName,
      PskPublicInformation identity,
      String hmacAlgorithm,
      SecretKey otherSecret,
      byte[] seed,
      boolean useExtendedMasterSecret) {
    String name = identity.getPublicInfoAsString();
    Optional<KeyRing.Entry> entry =
        name.length() > MAX_IDENTITY ? Optional.empty() : keys.find(name);
    if (entry.isEmpty()) {
      counters.unknownIdentities.increment();
      String shown = printable(name);
      if (logged.passes(shown)) {
        LOG.warn("a phone came with the unknown identity '{}'; it needs new settings", shown);
      }
      return new PskSecretResult(cid, identity, null);
    }
    SecretKey key = SecretUtil.create(entry.get().key(), PskSecretResult.ALGORITHM_PSK);
    return new PskSecretResult(cid, identity, key);
  }

  /** What may go into the log of a name that anybody can send. */
  static String printable(String name) {
    String cut = name.length() > MAX_IDENTITY ? name.substring(0, MAX_IDENTITY) + "..." : name;
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }

  @Override
  public PskPublicInformation getIdentity(InetSocketAddress peer, ServerNames virtualHost) {
    throw new UnsupportedOperationException("the sync server never opens a session itself");
  }

  @Override
  public void setResultHandler(HandshakeResultHandler resultHandler) {
    // results are always there at once
  }
}
