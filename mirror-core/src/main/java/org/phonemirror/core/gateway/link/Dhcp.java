package org.phonemirror.core.gateway.link;

import static org.phonemirror.core.traffic.packet.Bytes.i32;
import static org.phonemirror.core.traffic.packet.Bytes.u8;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A DHCP server with one lease (RFC 2131, RFC 2132): the phone's address. */
public final class Dhcp {
  /** Where requests go to. */
  public static final int SERVER_PORT = 67;

  private static final int CLIENT_PORT = 68;
  private static final int FIXED = 236;
  private static final int COOKIE = 0x6382_5363;
  private static final int SMALLEST_REPLY = 300;
  private static final int LEASE_SECONDS = 86_400;

  private static final int DISCOVER = 1;
  private static final int OFFER = 2;
  private static final int REQUEST = 3;
  private static final int ACK = 5;
  private static final int NAK = 6;
  private static final int INFORM = 8;

  private static final int PAD = 0;
  private static final int SUBNET_MASK = 1;
  private static final int ROUTER = 3;
  private static final int NAME_SERVERS = 6;
  private static final int INTERFACE_MTU = 26;
  private static final int REQUESTED_ADDRESS = 50;
  private static final int LEASE_TIME = 51;
  private static final int MESSAGE_TYPE = 53;
  private static final int SERVER = 54;
  private static final int END = 255;

  private final GuestAddresses addresses;

  public Dhcp(GuestAddresses addresses) {
    this.addresses = addresses;
  }

  /** A message to the guest, and where it goes. */
  public record Reply(InetSocketAddress from, InetSocketAddress to, byte[] message) {}

  /** The answer to a message to the server's port; none to what is none, or asks another server. */
  public Optional<Reply> reply(byte[] data, int from, int to) {
    if (to - from < FIXED + 4
        || data[from] != 1
        || data[from + 1] != 1
        || data[from + 2] != Ethernet.ADDRESS
        || i32(data, from + FIXED) != COOKIE) {
      return Optional.empty();
    }
    Map<Integer, byte[]> options = options(data, from + FIXED + 4, to);
    byte[] type = options.getOrDefault(MESSAGE_TYPE, new byte[0]);
    byte[] server = options.getOrDefault(SERVER, addresses.router().getAddress());
    if (type.length != 1 || !Arrays.equals(server, addresses.router().getAddress())) {
      return Optional.empty();
    }
    byte[] wanted =
        options.getOrDefault(REQUESTED_ADDRESS, Arrays.copyOfRange(data, from + 12, from + 16));
    return switch (type[0]) {
      case DISCOVER -> Optional.of(lease(OFFER, data, from));
      case REQUEST ->
          Optional.of(
              Arrays.equals(wanted, addresses.phone().getAddress())
                  ? lease(ACK, data, from)
                  : reply(data, from, new byte[4], options(NAK)));
      case INFORM -> Optional.of(reply(data, from, new byte[4], settings(ACK)));
      default -> Optional.empty();
    };
  }

  /** Of an option that is there twice the last counts; what is cut off does not. */
  private static Map<Integer, byte[]> options(byte[] data, int from, int to) {
    Map<Integer, byte[]> options = new HashMap<>();
    int at = from;
    while (at < to && u8(data, at) != END) {
      if (u8(data, at) == PAD) {
        at++;
        continue;
      }
      int end = at + 1 < to ? at + 2 + u8(data, at + 1) : Integer.MAX_VALUE;
      if (end > to) {
        break;
      }
      options.put(u8(data, at), Arrays.copyOfRange(data, at + 2, end));
      at = end;
    }
    return options;
  }

  private Reply lease(int type, byte[] request, int from) {
    ByteBuffer options = settings(type);
    options.put((byte) LEASE_TIME).put((byte) 4).putInt(LEASE_SECONDS);
    return reply(request, from, addresses.phone().getAddress(), options);
  }

  private ByteBuffer settings(int type) {
    ByteBuffer options = options(type);
    options.put((byte) SUBNET_MASK).put((byte) 4).putInt(0xffff_ff00);
    options.put((byte) ROUTER).put((byte) 4).put(addresses.router().getAddress());
    options.put((byte) INTERFACE_MTU).put((byte) 2).putShort((short) IpOutput.MTU);
    List<InetAddress> servers =
        addresses.nameServers().stream().filter(Inet4Address.class::isInstance).toList();
    if (!servers.isEmpty()) {
      options.put((byte) NAME_SERVERS).put((byte) (4 * servers.size()));
      servers.forEach(server -> options.put(server.getAddress()));
    }
    return options;
  }

  private ByteBuffer options(int type) {
    ByteBuffer options = ByteBuffer.allocate(128);
    options.put((byte) MESSAGE_TYPE).put((byte) 1).put((byte) type);
    return options.put((byte) SERVER).put((byte) 4).put(addresses.router().getAddress());
  }

  /**
   * A reply (RFC 2131 §4.1): to the client's address if it has one, else to all; the frame reaches
   * it either way.
   */
  private Reply reply(byte[] request, int from, byte[] yours, ByteBuffer options) {
    byte[] own = Arrays.copyOfRange(request, from + 12, from + 16);
    ByteBuffer message =
        ByteBuffer.allocate(Math.max(SMALLEST_REPLY, FIXED + 4 + options.position() + 1));
    message.put((byte) 2).put((byte) 1).put((byte) Ethernet.ADDRESS).put((byte) 0);
    message.put(request, from + 4, 4).putShort((short) 0).put(request, from + 10, 2);
    message.put(own).put(yours).putInt(0).put(request, from + 24, 4);
    message.put(request, from + 28, 16).position(FIXED);
    message.putInt(COOKIE).put(options.flip()).put((byte) END);
    byte[] to = i32(own, 0) == 0 ? new byte[] {-1, -1, -1, -1} : own;
    return new Reply(
        new InetSocketAddress(addresses.router(), SERVER_PORT),
        new InetSocketAddress(address(to), CLIENT_PORT),
        message.array());
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
