package org.phonemirror.core.traffic;

import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.traffic.flow.FlowRecorder;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.gtp.ControlPlane;
import org.phonemirror.core.traffic.gtp.GtpHeader;
import org.phonemirror.core.traffic.gtp.PdpContext;
import org.phonemirror.core.traffic.gtp.PdpContexts;
import org.phonemirror.core.traffic.gtp.SessionPlane;
import org.phonemirror.core.traffic.packet.Addresses;
import org.phonemirror.core.traffic.packet.Budget;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;
import org.phonemirror.core.traffic.packet.EthernetDecoder;
import org.phonemirror.core.traffic.packet.Fragments;
import org.phonemirror.core.traffic.packet.IpDecoder;
import org.phonemirror.core.traffic.packet.IpPacket;
import org.phonemirror.core.traffic.packet.UdpDatagram;

/**
 * Reads the copy of the network's traffic, in each of the shapes that it comes in, down to the
 * packets of subscribers.
 *
 * <p>GTP is read where the operator's own nodes speak it, and nowhere else: in datagrams to the
 * monitor's GTP ports, and in frames of those VXLAN networks that carry Gn. What a phone sends is
 * never taken for GTP, whatever it looks like.
 */
final class CopyReader {
  static final int GTP_USER_PORT = 2152;
  static final int GTP_CONTROL_PORT = 2123;
  private static final int VXLAN_HEADER = 8;
  private static final long TUNNEL_FRAGMENT_BYTES = 4 << 20;

  private final DiscardCounter discards;
  private final Set<Integer> gnNetworks;
  private final PdpContexts contexts;
  private final ControlPlane control;
  private final SessionPlane sessions;
  private final FlowRecorder recorder;
  private final IpDecoder ip;
  private final EthernetDecoder ethernet;
  private final Fragments tunnelFragments;

  // used again for each packet
  private final IpPacket outer = new IpPacket();
  private final UdpDatagram datagram = new UdpDatagram();
  private final GtpHeader gtp = new GtpHeader();
  private final IpPacket packet = new IpPacket();

  CopyReader(
      Set<Integer> gnNetworks,
      PdpContexts contexts,
      FlowRecorder recorder,
      IpDecoder ip,
      DiscardCounter discards) {
    this.gnNetworks = Set.copyOf(gnNetworks);
    this.contexts = contexts;
    this.control = new ControlPlane(contexts, discards);
    this.sessions = new SessionPlane(contexts, discards);
    this.recorder = recorder;
    this.ip = ip;
    this.discards = discards;
    this.ethernet = new EthernetDecoder(discards);
    this.tunnelFragments = new Fragments(ip, discards, new Budget(TUNNEL_FRAGMENT_BYTES));
  }

  /** Takes a GTP-U datagram. */
  void gtpUser(byte[] data, int from, int to, long micros) {
    if (!gtp.decode(data, from, to, discards)) {
      return;
    }
    switch (gtp.type()) {
      case GtpHeader.G_PDU -> tunnelled(data, micros);
      case GtpHeader.ERROR_INDICATION -> contexts.errorIndication(data, gtp);
      default -> discards.count(Discard.GTP_MESSAGE); // echoes, end markers
    }
  }

  /** Takes a GTP-C datagram. */
  void gtpControl(byte[] data, int from, int to, long micros) {
    if (SessionPlane.isFor(data, from, to)) {
      sessions.datagram(data, from, to, micros);
    } else if (gtp.decode(data, from, to, discards)) {
      control.message(data, gtp, micros);
    }
  }

  /** Takes a VXLAN datagram. */
  void vxlan(byte[] data, int from, int to, long micros) {
    int network = ethernet.vxlanNetwork(data, from, to);
    if (network < 0) {
      return;
    }
    int at = ethernet.ipOffset(data, from + VXLAN_HEADER, to);
    if (at < 0) {
      return;
    }
    if (gnNetworks.contains(network)) {
      betweenNodes(data, at, to, micros);
    } else if (ip.decode(data, at, to, packet)) {
      untunnelled(micros);
    }
  }

  /** A packet of Gn: between SGSN and GGSN. */
  private void betweenNodes(byte[] data, int from, int to, long micros) {
    if (!ip.decode(data, from, to, outer)
        || (outer.isFragment() && !tunnelFragments.add(outer, micros))) {
      return;
    }
    if (outer.protocol() != IpPacket.UDP) {
      discards.count(Discard.PROTOCOL);
    } else if (datagram.decode(outer, discards)) {
      if (isPort(GTP_USER_PORT)) {
        gtpUser(datagram.data(), datagram.from(), datagram.to(), micros);
      } else if (isPort(GTP_CONTROL_PORT)) {
        gtpControl(datagram.data(), datagram.from(), datagram.to(), micros);
      } else {
        discards.count(Discard.PROTOCOL);
      }
    }
  }

  /** A response goes to the port that its request came from, so either may be the known one. */
  private boolean isPort(int port) {
    return datagram.destinationPort() == port || datagram.sourcePort() == port;
  }

  private void tunnelled(byte[] data, long micros) {
    if (!ip.decode(data, gtp.from(), gtp.to(), packet)) {
      return;
    }
    PdpContext context = contexts.find(gtp.tunnel(), source());
    if (context != null) {
      record(context, true, micros);
      return;
    }
    context = contexts.find(gtp.tunnel(), destination());
    if (context != null) {
      record(context, false, micros);
    } else {
      discards.count(Discard.UNKNOWN_SUBSCRIBER);
    }
  }

  /** A packet of Gi. From one phone to another, it is seen but once. */
  private void untunnelled(long micros) {
    PdpContext sender = contexts.find(source());
    PdpContext receiver = contexts.find(destination());
    if (sender == null && receiver == null) {
      discards.count(Discard.UNKNOWN_SUBSCRIBER);
      return;
    }
    if (sender != null) {
      record(sender, true, micros);
    }
    if (receiver != null) {
      record(receiver, false, micros);
    }
  }

  private void record(PdpContext context, boolean fromPhone, long micros) {
    Optional<Subscriber> owner = context.owner();
    if (owner.isPresent()) {
      recorder.packet(owner.get(), packet, fromPhone, micros);
    } else {
      discards.count(Discard.NOT_WATCHED);
    }
  }

  private long source() {
    return Addresses.phoneKey(packet.sourceHigh(), packet.sourceLow());
  }

  private long destination() {
    return Addresses.phoneKey(packet.destinationHigh(), packet.destinationLow());
  }
}
