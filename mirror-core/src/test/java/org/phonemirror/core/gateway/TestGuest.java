package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.phonemirror.core.gateway.link.FrameSink;
import org.phonemirror.core.gateway.link.GuestAddresses;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.traffic.Packets;
import org.phonemirror.core.traffic.packet.Discard;

/** A guest that speaks frame by frame, with a clock that stands still until it is moved. */
final class TestGuest {
  static final long SECOND = 1_000_000;
  static final long MILLISECOND = 1_000;
  static final String PHONE = "10.0.2.15";
  static final String ROUTER = "10.0.2.2";
  static final String PHONE6 = "2001:db8:1:2::15";

  /** t_k of the first interval, by the mirror's clock. */
  static final long START = 1_767_225_600_000_000L;

  private static final byte[] MAC = {0x52, 0x54, 0, 0x12, 0x34, 0x56};

  /** A packet of the gateway's: its payload begins with the header of TCP, UDP or ICMP. */
  record Packet(InetAddress from, InetAddress to, int protocol, byte[] payload) {
    int u16(int at) {
      return Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort(at));
    }

    int i32(int at) {
      return ByteBuffer.wrap(payload).getInt(at);
    }

    byte[] data(int header) {
      return Arrays.copyOfRange(payload, header, payload.length);
    }
  }

  final GuestNetwork network;

  /** What the gateway has sent and nobody has looked at. */
  final Queue<byte[]> frames = new ArrayDeque<>();

  boolean hasRoom = true;
  long now = 5 * SECOND;
  private long start = START;
  private int nextPort = 50_000;

  TestGuest() {
    network =
        new GuestNetwork(
            new GuestAddresses(
                (Inet4Address) address(PHONE),
                (Inet4Address) address(ROUTER),
                List.of(address("10.0.2.3"), address("2001:db8::53")),
                Optional.of((Inet6Address) address("2001:db8:1:2::"))),
            new FrameSink() {
              @Override
              public boolean hasRoom() {
                return hasRoom;
              }

              @Override
              public void send(ByteBuffer frame) {
                byte[] bytes = new byte[frame.remaining()];
                frame.get(bytes);
                frames.add(bytes);
              }
            });
  }

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  // ---- time

  /** An interval begins where the last one ended. */
  void begin(Tape tape) {
    assertThat(tape.startMicros()).isEqualTo(start);
    network.begin(tape, start, now);
    network.step(now);
  }

  /** It ends after so many seconds from now. */
  NetworkReport end(long seconds) {
    pass(seconds * SECOND);
    start += seconds * SECOND;
    return network.end(now);
  }

  /** Time passes, in steps to what is due. */
  void pass(long micros) {
    long end = now + micros;
    for (long next = network.step(now); next <= end; next = network.step(now)) {
      assertThat(next).as("what is due next").isGreaterThan(now);
      now = next;
    }
    now = end;
    network.step(now);
  }

  /** When the interval began that goes on, by the mirror's clock. */
  long start() {
    return start;
  }

  // ---- frames

  void frame(byte[] frame) {
    network.receive(frame, 0, frame.length, now);
    network.step(now);
  }

  /** Sends an IP packet. */
  void packet(byte[] packet) {
    frame(frameOf(packet));
  }

  /** An IP packet from the guest's device. */
  static byte[] frameOf(byte[] packet) {
    byte[] frame = Packets.ethernet(packet);
    System.arraycopy(MAC, 0, frame, 6, 6);
    return frame;
  }

  void udp(int port, String remote, int remotePort, byte[] data) {
    String phone = remote.contains(":") ? PHONE6 : PHONE;
    packet(ip(phone, remote, 17, Packets.udp(port, remotePort, data)));
  }

  /** With the checksum of TCP or UDP, computed from the RFCs alone. */
  static byte[] ip(String from, String to, int protocol, byte[] payload) {
    byte[] whole = payload.clone();
    byte[] pseudo =
        Packets.join(
            address(from).getAddress(),
            address(to).getAddress(),
            ByteBuffer.allocate(8).putInt(whole.length).putInt(protocol).array(),
            whole,
            new byte[whole.length % 2]);
    int sum = 0;
    for (int i = 0; i < pseudo.length; i += 2) {
      sum += Short.toUnsignedInt(ByteBuffer.wrap(pseudo).getShort(i));
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    int at = protocol == 6 ? 16 : protocol == 17 ? 6 : 2;
    ByteBuffer.wrap(whole).putShort(at, (short) ~sum);
    return Packets.ip(from, to, protocol, whole);
  }

  long discarded(Discard reason) {
    return network.discards().snapshot().getOrDefault(reason, 0L);
  }

  /** The next IP packet that the gateway has sent; fragments are put together. */
  Optional<Packet> next() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    while (true) {
      byte[] frame = frames.poll();
      if (frame == null) {
        assertThat(whole.size()).as("bytes of a packet that is not whole").isZero();
        return Optional.empty();
      }
      assertThat(frame.length).isBetween(14, 1514);
      assertThat(Arrays.copyOf(frame, 6)).isEqualTo(MAC);
      ByteBuffer ip = ByteBuffer.wrap(frame, 14, frame.length - 14).slice();
      if (ip.get(0) >>> 4 == 6) {
        assertThat((int) ip.getShort(4)).isEqualTo(ip.limit() - 40);
        byte[] payload = Arrays.copyOfRange(frame, 14 + 40, frame.length);
        return Optional.of(packet(ip, 8, 16, ip.get(6), payload));
      }
      assertThat((int) ip.getShort(2)).isEqualTo(ip.limit());
      byte[] header = Arrays.copyOfRange(frame, 14, 34);
      assertThat(Packets.withChecksum(header.clone())).as("IP checksum").isEqualTo(header);
      assertThat((ip.getShort(6) & 0x1fff) * 8).as("fragment offset").isEqualTo(whole.size());
      whole.write(frame, 34, frame.length - 34);
      if ((ip.getShort(6) & 0x2000) == 0) {
        return Optional.of(packet(ip, 12, 4, ip.get(9), whole.toByteArray()));
      }
    }
  }

  private static Packet packet(
      ByteBuffer ip, int source, int length, int protocol, byte[] payload) {
    byte[] from = new byte[length];
    byte[] to = new byte[length];
    ip.get(source, from).get(source + length, to);
    try {
      Packet packet =
          new Packet(
              InetAddress.getByAddress(from), InetAddress.getByAddress(to), protocol, payload);
      assertChecksum(packet);
      return packet;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertChecksum(Packet packet) {
    if (packet.protocol == 1) {
      return;
    }
    int at = packet.protocol == 6 ? 16 : packet.protocol == 17 ? 6 : 2;
    byte[] without = packet.payload.clone();
    without[at] = 0;
    without[at + 1] = 0;
    byte[] right =
        ip(packet.from.getHostAddress(), packet.to.getHostAddress(), packet.protocol, without);
    int header = right.length - without.length;
    assertThat(Arrays.copyOfRange(right, header, right.length))
        .as("checksum of protocol %d", packet.protocol)
        .isEqualTo(packet.payload);
  }

  /** All packets that the gateway has sent. */
  List<Packet> all() {
    List<Packet> all = new ArrayList<>();
    for (Optional<Packet> packet = next(); packet.isPresent(); packet = next()) {
      all.add(packet.get());
    }
    return all;
  }

  /** A connection that is not open yet, from a port of its own. */
  TestConnection connection(String remote, int port) {
    return new TestConnection(this, nextPort++, remote, port);
  }

  /** A connection that is open. */
  TestConnection connect(String remote, int port) {
    return connection(remote, port).open();
  }
}
