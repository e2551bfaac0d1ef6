package org.phonemirror.core.gateway.tcp;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.core.gateway.link.IpOutput;
import org.phonemirror.core.traffic.packet.Addresses;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;
import org.phonemirror.core.traffic.packet.IpPacket;
import org.phonemirror.core.traffic.packet.TcpSegment;

/** The guest's connections, to whatever address. */
public final class TcpStack {
  /** As many as the reference phone's agent has; further attempts wait. */
  public static final int MAX_CONNECTIONS = 512;

  /**
   * On a connection that gives way to a new one, where there are too many, nothing has come for.
   */
  public static final long IDLE_MICROS = 120_000_000;

  /** Initial sequence numbers advance by one every 4 µs (RFC 9293 §3.4.1). */
  private static final long MICROS_PER_NUMBER = 4;

  private final TcpService service;
  private final SegmentWriter writer;
  private final DiscardCounter discards;
  private final Map<TcpEnds, TcpConnection> connections = new LinkedHashMap<>();
  private final TcpSegment segment = new TcpSegment();

  public TcpStack(TcpService service, IpOutput output, DiscardCounter discards) {
    this.service = service;
    this.writer = new SegmentWriter(output);
    this.discards = discards;
  }

  /** How many there are. */
  public int size() {
    return connections.size();
  }

  /** Takes a packet that is whole and whose checksum is right. */
  public void receive(IpPacket packet, long now) {
    if (!segment.decode(packet, discards)) {
      return;
    }
    TcpEnds ends =
        new TcpEnds(
            new InetSocketAddress(
                Addresses.toInetAddress(packet.sourceHigh(), packet.sourceLow()),
                segment.sourcePort()),
            new InetSocketAddress(
                Addresses.toInetAddress(packet.destinationHigh(), packet.destinationLow()),
                segment.destinationPort()));
    if (ends.remote().getAddress().isMulticastAddress()
        || ends.remote().getPort() == 0
        || ends.guest().getPort() == 0) {
      discards.count(Discard.PROTOCOL);
      return;
    }
    TcpConnection connection = connections.get(ends);
    if (connection != null) {
      connection.receive(segment, service, now);
      removeIfClosed(connection);
    } else if (segment.isSyn() && !segment.isAck() && !segment.isRst()) {
      attempt(ends, now);
    } else if (!segment.isRst()) {
      rejectStray(ends);
    }
  }

  private void attempt(TcpEnds ends, long now) {
    if (connections.size() >= MAX_CONNECTIONS && !makeRoom(now)) {
      discards.count(Discard.CONNECTION_LIMIT);
      return;
    }
    switch (service.attempted(ends, opening(ends.remote()), now)) {
      case ACCEPT -> {
        int initial = (int) (now / MICROS_PER_NUMBER);
        connections.put(ends, new TcpConnection(ends, segment, initial, writer, now));
      }
      case REFUSE -> writer.reset(ends, 0, segment.payloadSequence());
      case SILENCE -> {}
    }
  }

  /** Cuts the connection off on which the longest time nothing has come, if that is long. */
  private boolean makeRoom(long now) {
    Optional<TcpConnection> oldest =
        connections.values().stream()
            .min(Comparator.comparingLong(TcpConnection::lastHeard))
            .filter(connection -> now - connection.lastHeard() >= IDLE_MICROS);
    oldest.ifPresent(TcpConnection::reset);
    oldest.ifPresent(this::removeIfClosed);
    return oldest.isPresent();
  }

  /** What is of no connection is told so (RFC 9293 §3.5.2). */
  private void rejectStray(TcpEnds ends) {
    if (segment.isAck()) {
      writer.reject(ends, segment.acknowledgement());
    } else {
      int length = segment.length() + (segment.isFin() ? 1 : 0);
      writer.reset(ends, 0, segment.payloadSequence() + length);
    }
  }

  private void removeIfClosed(TcpConnection connection) {
    if (!connection.isOpen()) {
      connections.remove(connection.ends());
    }
  }

  /** Sends what is due; returns when more is, or {@link Long#MAX_VALUE}. */
  public long step(long now) {
    long next = RetransmissionTimer.NEVER;
    Iterator<TcpConnection> all = connections.values().iterator();
    while (all.hasNext()) {
      TcpConnection connection = all.next();
      next = Math.min(next, connection.step(now));
      if (!connection.isOpen()) {
        all.remove();
      }
    }
    return next;
  }

  private int opening(InetSocketAddress remote) {
    return (int)
        connections.values().stream()
            .filter(connection -> !connection.isEstablished())
            .filter(connection -> connection.ends().remote().equals(remote))
            .count();
  }

  /** The guest is gone, and its connections with it. */
  public void clear() {
    connections.values().forEach(TcpConnection::abandon);
    connections.clear();
  }
}
