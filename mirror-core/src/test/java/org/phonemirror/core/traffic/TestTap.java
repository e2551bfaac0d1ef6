package org.phonemirror.core.traffic;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.traffic.flow.FlowCounters;
import org.phonemirror.core.traffic.flow.FlowLimits;
import org.phonemirror.core.traffic.flow.FlowRecorder;
import org.phonemirror.core.traffic.flow.Subscriber;
import org.phonemirror.core.traffic.flow.TrafficObserver;
import org.phonemirror.core.traffic.gtp.PdpContexts;
import org.phonemirror.core.traffic.packet.Discard;
import org.phonemirror.core.traffic.packet.DiscardCounter;
import org.phonemirror.core.traffic.packet.IpDecoder;

/** All of the traffic monitor but its sockets, with a clock that stands still until it is moved. */
final class TestTap {
  static final String PHONE = "10.0.2.15";
  static final String PHONE6 = "2001:db8:1:2::15";
  static final String SERVER = "192.0.2.80";
  static final String SERVER6 = "2001:db8:ffff::80";
  static final Impu IMPU = new Impu("sip:+15550001@ims.test");
  static final int GN = 42;
  static final int GI = 43;

  /** Its remote port is not recorded. */
  static final int SYNCHRONIZATION_PORT = 5684;

  private static final long START = 1_767_225_600_000_000L;

  final DiscardCounter discards = new DiscardCounter();
  final FlowCounters counters = new FlowCounters();
  final FlowRecorder recorder;
  final PdpContexts contexts;
  final CopyReader reader;
  final Subscriber phone;
  long now = START;
  private long cutAt = START - 1;

  TestTap() {
    this(FlowLimits.DEFAULT);
  }

  TestTap(FlowLimits limits) {
    this(limits, TrafficObserver.NONE);
  }

  TestTap(FlowLimits limits, TrafficObserver observer) {
    IpDecoder ip = new IpDecoder(discards);
    InetSocketAddress synchronization = new InetSocketAddress(SERVER, SYNCHRONIZATION_PORT);
    contexts = new PdpContexts(100, discards, observer);
    recorder = new FlowRecorder(limits, Set.of(synchronization), ip, discards, counters, observer);
    reader = new CopyReader(Set.of(GN), contexts, recorder, ip, discards);
    phone = subscriber(IMPU, PHONE);
    contexts.assign(phone, address(PHONE6));
  }

  Subscriber subscriber(Impu impu, String address) {
    Subscriber subscriber = recorder.subscriber(impu, now);
    contexts.assign(subscriber, address(address));
    return subscriber;
  }

  static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** A packet of Gi passes. */
  void packet(byte[] ip) {
    vxlan(Packets.vxlan(GI, Packets.ethernet(ip)));
  }

  void vxlan(byte[] datagram) {
    reader.vxlan(datagram, 0, datagram.length, now);
  }

  void gtpUser(byte[] datagram) {
    reader.gtpUser(datagram, 0, datagram.length, now);
  }

  void gtpControl(byte[] datagram) {
    reader.gtpControl(datagram, 0, datagram.length, now);
  }

  void millis(long passed) {
    now += passed * 1_000;
  }

  /** Ends the interval here. */
  Tape tape() {
    return tape(phone);
  }

  Tape tape(Subscriber subscriber) {
    Tape tape = subscriber.cut(cutAt, now + 1);
    cutAt = subscriber == phone ? now + 1 : cutAt;
    return tape;
  }

  /** The only connection of the interval. */
  TcpFlow connection() {
    Tape tape = tape();
    if (tape.tcp().size() != 1) {
      throw new AssertionError(tape.tcp().size() + " connections on " + tape);
    }
    return tape.tcp().get(0);
  }

  long discarded(Discard reason) {
    return discards.snapshot().getOrDefault(reason, 0L);
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the network sent on a connection. */
  static String received(TcpFlow flow) {
    StringBuilder all = new StringBuilder();
    flow.received().forEach(r -> all.append(new String(r.data(), StandardCharsets.UTF_8)));
    return all.toString();
  }

  static String sent(TcpFlow flow) {
    return new String(flow.sent(), StandardCharsets.UTF_8);
  }
}
