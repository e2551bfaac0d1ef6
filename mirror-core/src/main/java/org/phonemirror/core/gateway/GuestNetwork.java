package org.phonemirror.core.gateway;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.phonemirror.core.gateway.link.Arp;
import org.phonemirror.core.gateway.link.Checksum;
import org.phonemirror.core.gateway.link.Dhcp;
import org.phonemirror.core.gateway.link.Ethernet;
import org.phonemirror.core.gateway.link.FrameSink;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.gateway.link.IpOutput;
import org.phonemirror.core.gateway.link.NeighbourDiscovery;
import org.phonemirror.core.gateway.replay.TapePlayer;
import org.phonemirror.core.gateway.tcp.TcpStack;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
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
 * All of the gateway but its socket and its clock: frames and times go in, frames come out. What
 * the guest sends may be hostile: what can't be read, or finds no room, is counted and dropped.
 */
final class GuestNetwork {
  /** Fragments of the guest's that wait for the rest of their packets. */
  private static final long FRAGMENT_BYTES = 1 << 20;

  private final DiscardCounter discards = new DiscardCounter();
  private final EthernetDecoder ethernet = new EthernetDecoder(discards);
  private final IpDecoder ip = new IpDecoder(discards);
  private final Fragments fragments = new Fragments(ip, discards, new Budget(FRAGMENT_BYTES));
  private final FrameSink sink;
  private final IpOutput output;
  private final Arp arp;
  private final Dhcp dhcp;
  private final NeighbourDiscovery neighbours;
  private final TapePlayer player;
  private final TcpStack tcp;

  // used again for each packet
  private final IpPacket packet = new IpPacket();
  private final UdpDatagram datagram = new UdpDatagram();

  GuestNetwork(GuestAddresses addresses, FrameSink sink) {
    this.sink = sink;
    this.output = new IpOutput(sink);
    this.arp = new Arp(addresses);
    this.dhcp = new Dhcp(addresses);
    this.neighbours = new NeighbourDiscovery(addresses, output);
    this.player = new TapePlayer(output);
    this.tcp = new TcpStack(player.connections(), output, discards);
  }

  /** Takes a frame of the guest's. */
  void receive(byte[] data, int from, int to, long now) {
    if (to - from < Ethernet.HEADER) {
      discards.count(Discard.ETHERNET_HEADER);
      return;
    }
    output.learn(data, from);
    if (Arp.isArp(data, from)) {
      arp.reply(data, from, to).ifPresent(sink::send);
      return;
    }
    int at = ethernet.ipOffset(data, from, to);
    if (at < 0
        || !ip.decode(data, at, to, packet)
        || (packet.isFragment() && !fragments.add(packet, now))) {
      return;
    }
    switch (packet.protocol()) {
      case IpPacket.TCP, IpPacket.UDP, IpPacket.ICMPV6 -> receivePacket(now);
      default -> discards.count(Discard.PROTOCOL);
    }
  }

  private void receivePacket(long now) {
    if (!Checksum.fits(packet)) {
      discards.count(Discard.TRANSPORT_CHECKSUM);
    } else if (packet.protocol() == IpPacket.TCP) {
      tcp.receive(packet, now);
    } else if (packet.protocol() == IpPacket.ICMPV6) {
      if (!neighbours.receive(packet)) {
        discards.count(Discard.ICMP);
      }
    } else if (datagram.decode(packet, discards)) {
      receiveDatagram(now);
    }
  }

  private void receiveDatagram(long now) {
    if (datagram.destinationPort() == Dhcp.SERVER_PORT) {
      dhcp.reply(datagram.data(), datagram.from(), datagram.to())
          .ifPresent(reply -> output.udp(reply.from(), reply.to(), reply.message()));
      return;
    }
    player.datagram(
        end(packet.sourceHigh(), packet.sourceLow(), datagram.sourcePort()),
        end(packet.destinationHigh(), packet.destinationLow(), datagram.destinationPort()),
        Arrays.copyOfRange(datagram.data(), datagram.from(), datagram.to()),
        now);
  }

  private static InetSocketAddress end(long high, long low, int port) {
    return new InetSocketAddress(Addresses.toInetAddress(high, low), port);
  }

  /** An interval begins, whose start is a time by the mirror's clock. */
  void begin(Tape tape, long startMicros, long now) {
    player.begin(tape, startMicros, now);
  }

  /** Does what is due; returns when something is due next, or {@link Long#MAX_VALUE}. */
  long step(long now) {
    fragments.expire(now);
    long next = player.step(now);
    return Math.min(next, tcp.step(now));
  }

  /** The interval ends. */
  NetworkReport end(long now) {
    return player.end(now);
  }

  /** The guest has gone, with its connections; what is recorded stays. */
  void disconnected() {
    tcp.clear();
    fragments.clear();
  }

  /** Forgets all that was, with the session. */
  void clear() {
    disconnected();
    player.clear();
  }

  /** What of the guest's could not be read, or found no room. */
  DiscardCounter discards() {
    return discards;
  }

  /** How many connections there are. */
  int connections() {
    return tcp.size();
  }
}
