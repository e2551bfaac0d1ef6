package org.phonemirror.core.traffic.flow;

import java.net.InetSocketAddress;
import java.util.Set;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.packet.Budget;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;
import org.phonemirror.core.traffic.packet.Fragments;
import org.phonemirror.core.traffic.packet.IcmpError;
import org.phonemirror.core.traffic.packet.IpDecoder;
import org.phonemirror.core.traffic.packet.IpPacket;
import org.phonemirror.core.traffic.packet.TcpSegment;
import org.phonemirror.core.traffic.packet.UdpDatagram;

/** Takes subscribers' packets to their flows. */
public final class FlowRecorder {
  private final FlowLimits limits;
  private final Set<InetSocketAddress> notRecorded;
  private final IpDecoder ip;
  private final DiscardCounter discards;
  private final FlowCounters counters;
  private final TrafficObserver observer;
  private final Budget earlyBytes;
  private final Budget fragmentBytes;
  private final FlowTable table;

  // used again for each packet
  private final TcpSegment tcp = new TcpSegment();
  private final UdpDatagram udp = new UdpDatagram();
  private final IcmpError icmp = new IcmpError();
  private final FlowKey key = new FlowKey();

  /**
   * Begins without subscribers.
   *
   * @param notRecorded remote ends whose flows are no input to a phone's programs; nobody observes
   *     them either
   * @param observer sees the flows as they are recorded
   */
  public FlowRecorder(
      FlowLimits limits,
      Set<InetSocketAddress> notRecorded,
      IpDecoder ip,
      DiscardCounter discards,
      FlowCounters counters,
      TrafficObserver observer) {
    this.limits = limits;
    this.observer = observer;
    this.notRecorded = Set.copyOf(notRecorded);
    this.ip = ip;
    this.discards = discards;
    this.counters = counters;
    this.earlyBytes = new Budget(limits.earlyBytes());
    this.fragmentBytes = new Budget(limits.fragmentBytes());
    this.table = new FlowTable(limits, counters);
  }

  /** Begins to record a subscriber. */
  public Subscriber subscriber(Impu impu, long nowMicros) {
    Fragments fragments = new Fragments(ip, discards, fragmentBytes);
    return new Subscriber(impu, limits, counters, fragments, nowMicros);
  }

  /** Flows that are followed now. */
  public int flows() {
    return table.size();
  }

  /** Takes a packet of a subscriber. */
  public void packet(Subscriber subscriber, IpPacket packet, boolean fromPhone, long serverMicros) {
    long micros = subscriber.monotone(serverMicros);
    if (packet.isFragment() && !subscriber.fragments().add(packet, micros)) {
      return;
    }
    switch (packet.protocol()) {
      case IpPacket.TCP -> {
        if (tcp.decode(packet, discards)) {
          segment(subscriber, packet, fromPhone, micros);
        }
      }
      case IpPacket.UDP -> {
        if (udp.decode(packet, discards)) {
          datagram(subscriber, packet, fromPhone, micros);
        }
      }
      case IpPacket.ICMP, IpPacket.ICMPV6 -> {
        if (!fromPhone && icmp.decode(packet, discards)) {
          unreachable(subscriber, micros);
        }
      }
      default -> discards.count(Discard.PROTOCOL);
    }
  }

  private void segment(Subscriber subscriber, IpPacket packet, boolean fromPhone, long micros) {
    setKey(packet, fromPhone, tcp.sourcePort(), tcp.destinationPort());
    Flow flow = table.find(subscriber, key);
    boolean opens = tcp.isSyn() && !tcp.isAck();
    if (flow != null && opens && fromPhone && isAnother(flow)) {
      table.remove(flow);
      flow = null;
    }
    if (flow == null) {
      if (isNotRecorded(tcp.isRst())) {
        return;
      }
      // opened towards the phone: a SYN to it, or a SYN+ACK from it
      boolean inbound = tcp.isSyn() && opens != fromPhone;
      flow = inbound ? inbound(subscriber, micros) : connection(subscriber, opens, micros);
    }
    if (flow instanceof TcpConnection connection) {
      if (!connection.segment(tcp, fromPhone, micros)) {
        discards.count(Discard.TCP_SEQUENCE);
      }
    } else if (flow instanceof InboundConnection inbound) {
      inbound.segment(tcp, fromPhone, micros);
      discards.count(Discard.TCP_INBOUND);
    }
    table.used(flow, micros);
  }

  private boolean isAnother(Flow flow) {
    return !(flow instanceof TcpConnection connection) || connection.isAnother(tcp);
  }

  private boolean isNotRecorded(boolean aloneMeaningless) {
    if (aloneMeaningless) {
      discards.count(Discard.TCP_SEQUENCE);
      return true;
    }
    if (!notRecorded.isEmpty() && notRecorded.contains(key.remote())) {
      discards.count(Discard.NOT_RECORDED);
      return true;
    }
    return false;
  }

  private Flow inbound(Subscriber subscriber, long micros) {
    Flow flow = new InboundConnection(subscriber, subscriber.newTrack(key), counters);
    table.add(flow);
    observe(flow, micros);
    return flow;
  }

  private void observe(Flow flow, long micros) {
    if (observer != TrafficObserver.NONE) {
      flow.content = observer.opened(flow.subscriber.impu(), flow.track.key.ends(), micros);
    }
  }

  /** Tells the observer of the flows of a subscriber that are followed now. */
  public void announce(Subscriber subscriber, long micros) {
    for (Flow flow : subscriber.flows().values()) {
      observer.running(subscriber.impu(), flow.track.key.ends(), micros);
    }
  }

  private Flow connection(Subscriber subscriber, boolean opens, long micros) {
    TcpConnection connection =
        new TcpConnection(subscriber, subscriber.newTrack(key), limits, earlyBytes, counters);
    table.add(connection);
    counters.connections.increment();
    observe(connection, micros);
    if (opens) {
      connection.open(tcp, micros);
    } else {
      connection.join(tcp, micros);
    }
    return connection;
  }

  private void datagram(Subscriber subscriber, IpPacket packet, boolean fromPhone, long micros) {
    setKey(packet, fromPhone, udp.sourcePort(), udp.destinationPort());
    Flow flow = table.find(subscriber, key);
    if (flow == null) {
      if (isNotRecorded(false)) {
        return;
      }
      flow = new UdpExchange(subscriber, subscriber.newTrack(key), counters);
      table.add(flow);
      counters.exchanges.increment();
      observe(flow, micros);
    }
    ((UdpExchange) flow).datagram(udp, fromPhone, micros);
    table.used(flow, micros);
  }

  private void unreachable(Subscriber subscriber, long micros) {
    key.set(
        icmp.protocol(),
        icmp.sourceHigh(),
        icmp.sourceLow(),
        icmp.sourcePort(),
        icmp.destinationHigh(),
        icmp.destinationLow(),
        icmp.destinationPort());
    Flow flow = table.find(subscriber, key);
    if (flow instanceof UdpExchange exchange) {
      exchange.unreachable(micros);
    } else if (flow instanceof TcpConnection connection
        && connection.unreachable(icmp.sequence(), micros)) {
      table.used(flow, micros);
    } else {
      discards.count(Discard.ICMP);
    }
  }

  private void setKey(IpPacket packet, boolean fromPhone, int sourcePort, int destinationPort) {
    if (fromPhone) {
      key.set(
          packet.protocol(),
          packet.sourceHigh(),
          packet.sourceLow(),
          sourcePort,
          packet.destinationHigh(),
          packet.destinationLow(),
          destinationPort);
    } else {
      key.set(
          packet.protocol(),
          packet.destinationHigh(),
          packet.destinationLow(),
          destinationPort,
          packet.sourceHigh(),
          packet.sourceLow(),
          sourcePort);
    }
  }

  /** Lets go of what is old; to be called every second or so. */
  public void sweep(Subscriber subscriber, long micros) {
    subscriber.fragments().expire(micros);
    subscriber.recording().expire(micros);
  }

  /** Lets go of flows that were not used for long; to be called every second or so. */
  public void sweep(long micros) {
    table.sweep(micros);
  }

  /** Follows a subscriber's flows no longer, and forgets what was recorded of them. */
  public void remove(Subscriber subscriber) {
    table.removeAll(subscriber);
    subscriber.fragments().clear();
    subscriber.forget();
  }
}
