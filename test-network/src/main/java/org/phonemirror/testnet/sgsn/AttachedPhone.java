package org.phonemirror.testnet.sgsn;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.phonemirror.testnet.gtp.PdpContext;
import org.phonemirror.testnet.gtp.UserPacket;

/** A phone with its open contexts, and whether its traffic is copied. */
final class AttachedPhone {
  private final String imsi;
  private final List<Open> contexts;
  private final TrafficCopy copy;
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private boolean copied;
  private volatile boolean copyingPackets;

  /** A context on an access point. */
  record Open(AccessPoint accessPoint, PdpContext context) {}

  AttachedPhone(String imsi, List<Open> contexts, TrafficCopy copy) {
    this.imsi = imsi;
    this.contexts = List.copyOf(contexts);
    this.copy = copy;
  }

  String imsi() {
    return imsi;
  }

  List<Open> contexts() {
    return contexts;
  }

  /** Turns the copy on or off, as it is wanted now. */
  synchronized void copy(BooleanSupplier wanted) {
    boolean on = wanted.getAsBoolean();
    if (on == copied) {
      return;
    }
    copied = on;
    announce();
    copyingPackets = on;
  }

  /**
   * Copies how each context was opened, if the phone's traffic is copied: so that it can be told
   * whose packets these are by who listens from now on.
   */
  synchronized void announce() {
    if (copied) {
      for (Open open : contexts) {
        copy.control(open.context().createRequest());
        copy.control(open.context().createResponse());
      }
    }
  }

  /** A context was closed by this exchange. */
  synchronized void closed(Gateway.Exchange exchange) {
    if (copied) {
      copy.control(exchange.request());
      copy.control(exchange.response());
    }
  }

  /** Copies a datagram of the user plane, if the phone's traffic is copied. */
  void copyPacket(ByteBuffer datagram) {
    if (copyingPackets) {
      copy.user(datagram);
    }
  }

  /** The phone has sent a packet of so many octets. */
  void countSent(int octets) {
    sent.add(octets);
  }

  /** A packet of so many octets goes to the phone. */
  void countReceived(int octets) {
    received.add(octets);
  }

  DataVolume volume() {
    return new DataVolume(sent.sum(), received.sum());
  }

  /** A packet of the phone's as a GTP-U datagram, as it goes to or comes from the GGSN. */
  static ByteBuffer datagram(long teid, ByteBuffer packet) {
    ByteBuffer datagram = ByteBuffer.allocate(UserPacket.HEADER_BYTES + packet.remaining());
    UserPacket.wrap(teid, packet, datagram);
    return datagram;
  }

  /** The context of a packet to a server, or from it. */
  PdpContext contextOf(int address, int port) {
    Open rest = contexts.get(0);
    for (Open open : contexts) {
      if (open.accessPoint().server().isEmpty()) {
        rest = open;
      } else if (isAt(open.accessPoint().server().get(), address, port)) {
        return open.context();
      }
    }
    return rest.context();
  }

  private static boolean isAt(InetSocketAddress server, int address, int port) {
    return server.getPort() == port
        && ByteBuffer.wrap(server.getAddress().getAddress()).getInt() == address;
  }
}
