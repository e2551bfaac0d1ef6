package org.phonemirror.hss.diameter;

import static org.jdiameter.client.impl.helpers.Parameters.ApplicationId;
import static org.jdiameter.client.impl.helpers.Parameters.AuthApplId;
import static org.jdiameter.client.impl.helpers.Parameters.CeaTimeOut;
import static org.jdiameter.client.impl.helpers.Parameters.DpaTimeOut;
import static org.jdiameter.client.impl.helpers.Parameters.DwaTimeOut;
import static org.jdiameter.client.impl.helpers.Parameters.Extensions;
import static org.jdiameter.client.impl.helpers.Parameters.IacTimeOut;
import static org.jdiameter.client.impl.helpers.Parameters.OwnDiameterURI;
import static org.jdiameter.client.impl.helpers.Parameters.OwnFirmwareRevision;
import static org.jdiameter.client.impl.helpers.Parameters.OwnIPAddress;
import static org.jdiameter.client.impl.helpers.Parameters.OwnProductName;
import static org.jdiameter.client.impl.helpers.Parameters.OwnRealm;
import static org.jdiameter.client.impl.helpers.Parameters.OwnVendorID;
import static org.jdiameter.client.impl.helpers.Parameters.PeerFSMThreadCount;
import static org.jdiameter.client.impl.helpers.Parameters.PeerIp;
import static org.jdiameter.client.impl.helpers.Parameters.PeerName;
import static org.jdiameter.client.impl.helpers.Parameters.PeerRating;
import static org.jdiameter.client.impl.helpers.Parameters.PeerTable;
import static org.jdiameter.client.impl.helpers.Parameters.QueueSize;
import static org.jdiameter.client.impl.helpers.Parameters.RealmEntry;
import static org.jdiameter.client.impl.helpers.Parameters.RealmTable;
import static org.jdiameter.client.impl.helpers.Parameters.RecTimeOut;
import static org.jdiameter.client.impl.helpers.Parameters.VendorId;
import static org.jdiameter.server.impl.helpers.Parameters.AcceptUndefinedPeer;
import static org.jdiameter.server.impl.helpers.Parameters.DuplicateProtection;
import static org.jdiameter.server.impl.helpers.Parameters.OwnIPAddresses;
import static org.jdiameter.server.impl.helpers.Parameters.PeerAttemptConnection;
import static org.jdiameter.server.impl.helpers.Parameters.RealmEntryExpTime;
import static org.jdiameter.server.impl.helpers.Parameters.RealmEntryIsDynamic;
import static org.jdiameter.server.impl.helpers.Parameters.RealmHosts;
import static org.jdiameter.server.impl.helpers.Parameters.RealmLocalAction;
import static org.jdiameter.server.impl.helpers.Parameters.RealmName;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jdiameter.api.Configuration;
import org.jdiameter.client.impl.helpers.AppConfiguration;
import org.jdiameter.client.impl.helpers.ExtensionPoint;
import org.jdiameter.server.impl.helpers.EmptyConfiguration;

/** A node's configuration in jDiameter's terms; in place of its XML file. */
final class StackSettings extends EmptyConfiguration {
  /** Events that may wait for a peer's state machine; beyond it they are refused. */
  private static final int EVENT_QUEUE = 10_000;

  private static final long VENDOR_3GPP = 10_415L;

  private final NodeConfig node;
  private final Optional<SSLContext> security;
  private volatile Optional<String> failure = Optional.empty();

  StackSettings(NodeConfig config, Optional<SSLContext> security) {
    super(true);
    this.node = config;
    this.security = security;
    AppConfiguration internal =
        (AppConfiguration) getChildren(Extensions.ordinal())[ExtensionPoint.Internal.id()];
    internal.add(ExtensionPoint.InternalPeerFsmFactory, SteadyFsmFactory.class.getName());
    if (security.isPresent()) {
      internal
          .add(ExtensionPoint.InternalConnectionClass, TlsConnection.class.getName())
          .add(
              org.jdiameter.server.impl.helpers.ExtensionPoint.InternalNetworkGuard,
              TlsGuard.class.getName());
    }
    add(OwnDiameterURI, "aaa://" + config.host() + ":" + config.listen().getPort());
    add(OwnRealm, config.realm());
    add(OwnVendorID, VENDOR_3GPP);
    add(OwnProductName, "Phone Mirror");
    add(OwnFirmwareRevision, 1L);
    add(OwnIPAddresses, array(List.of(group().add(OwnIPAddress, numeric(config.listen())))));
    add(ApplicationId, array(config.applications().stream().map(this::application).toList()));
    add(AcceptUndefinedPeer, config.peer().isEmpty());
    add(DuplicateProtection, false);
    add(QueueSize, EVENT_QUEUE);
    // with more than one thread a CEA may leave before the peer's state is OKAY
    add(PeerFSMThreadCount, 1);
    add(CeaTimeOut, config.timers().retry().toMillis());
    add(RecTimeOut, config.timers().retry().toMillis());
    add(IacTimeOut, config.timers().idle().toMillis());
    add(DwaTimeOut, config.timers().watchdogAnswer().toMillis());
    add(DpaTimeOut, config.timers().watchdogAnswer().toMillis());
    config.peer().ifPresent(peer -> addPeer(peer, config.applications()));
  }

  /** Keys and trust; empty for connections in the clear. */
  Optional<SSLContext> security() {
    return security;
  }

  /** For a connection to be there, with its handshake. */
  Duration connectTimeout() {
    return node.timers().retry();
  }

  /** Why the last attempt at a connection over TLS failed. */
  Optional<String> failure() {
    return failure;
  }

  void failure(Optional<String> why) {
    failure = why;
  }

  /** Origin-Host of the node that is connected to. */
  String peerHost() {
    return node.peer().orElseThrow().host();
  }

  private void addPeer(NodeConfig.Peer peer, List<org.jdiameter.api.ApplicationId> applications) {
    AppConfiguration entry =
        group()
            .add(PeerName, "aaa://" + peer.host() + ":" + peer.address().getPort())
            .add(PeerIp, numeric(peer.address()))
            .add(PeerRating, 1)
            .add(PeerAttemptConnection, true);
    add(PeerTable, array(List.of(entry)));
    List<Configuration> routes = new ArrayList<>();
    for (String realm : peer.realms()) {
      for (org.jdiameter.api.ApplicationId id : applications) {
        AppConfiguration route =
            group()
                .add(ApplicationId, array(List.of(application(id))))
                .add(RealmName, realm)
                .add(RealmHosts, peer.host())
                .add(RealmLocalAction, "RELAY")
                .add(RealmEntryIsDynamic, false)
                .add(RealmEntryExpTime, 1L);
        routes.add(group().add(RealmEntry, array(List.of(route))));
      }
    }
    add(RealmTable, array(routes));
  }

  private AppConfiguration application(org.jdiameter.api.ApplicationId id) {
    return group().add(VendorId, id.getVendorId()).add(AuthApplId, id.getAuthAppId());
  }

  private static AppConfiguration group() {
    return getInstance();
  }

  private static String numeric(InetSocketAddress address) {
    return address.getAddress().getHostAddress();
  }

  private static Configuration[] array(List<? extends Configuration> list) {
    return list.toArray(new Configuration[0]);
  }
}
