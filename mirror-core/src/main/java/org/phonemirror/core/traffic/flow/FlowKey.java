package org.phonemirror.core.traffic.flow;

import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import org.phonemirror.core.traffic.packet.Addresses;

/** Both ends of a flow. One is used again and again to look up others. */
final class FlowKey {
  /** So that nobody can choose ports that fall into one bucket. */
  private static final long SEED = ThreadLocalRandom.current().nextLong() | 1;

  private int protocol;
  private long phoneHigh;
  private long phoneLow;
  private long remoteHigh;
  private long remoteLow;
  private int phonePort;
  private int remotePort;

  FlowKey set(
      int protocol,
      long phoneHigh,
      long phoneLow,
      int phonePort,
      long remoteHigh,
      long remoteLow,
      int remotePort) {
    this.protocol = protocol;
    this.phoneHigh = phoneHigh;
    this.phoneLow = phoneLow;
    this.phonePort = phonePort;
    this.remoteHigh = remoteHigh;
    this.remoteLow = remoteLow;
    this.remotePort = remotePort;
    return this;
  }

  /** One that stays as it is. */
  FlowKey copy() {
    return new FlowKey()
        .set(protocol, phoneHigh, phoneLow, phonePort, remoteHigh, remoteLow, remotePort);
  }

  InetSocketAddress phone() {
    return new InetSocketAddress(Addresses.toInetAddress(phoneHigh, phoneLow), phonePort);
  }

  InetSocketAddress remote() {
    return new InetSocketAddress(Addresses.toInetAddress(remoteHigh, remoteLow), remotePort);
  }

  FlowEnds ends() {
    return new FlowEnds(
        protocol,
        Addresses.toInetAddress(phoneHigh, phoneLow),
        phonePort,
        Addresses.toInetAddress(remoteHigh, remoteLow),
        remotePort);
  }

  int protocol() {
    return protocol;
  }

  int remotePort() {
    return remotePort;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlowKey that
        && phonePort == that.phonePort
        && remotePort == that.remotePort
        && remoteLow == that.remoteLow
        && remoteHigh == that.remoteHigh
        && phoneLow == that.phoneLow
        && phoneHigh == that.phoneHigh
        && protocol == that.protocol;
  }

  @Override
  public int hashCode() {
    long hash = ((long) phonePort << 32 | (long) remotePort << 8 | protocol) + SEED;
    hash = mix(hash ^ remoteLow);
    hash = mix(hash ^ remoteHigh);
    hash = mix(hash ^ phoneLow);
    hash = mix(hash ^ phoneHigh);
    return (int) (hash >>> 32);
  }

  private static long mix(long value) {
    long product = value * SEED;
    return product ^ (product >>> 29);
  }
}
