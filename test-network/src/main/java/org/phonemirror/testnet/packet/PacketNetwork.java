package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.phonemirror.testnet.server.Servers;
import org.phonemirror.testnet.sgsn.AccessPoint;
import org.phonemirror.testnet.sgsn.PacketSgsn;

/**
 * What is between phones and servers. To a phone both kinds look the same: it is {@link #PHONE},
 * all servers are at {@link #SERVERS}. To the network, a phone has the address of its context.
 */
public interface PacketNetwork extends AutoCloseable {
  /** The phone's address. */
  Inet4Address PHONE = Addresses.of("10.0.2.15");

  /** Address of the web, mail and MMS servers and of the mirror server, as phones know them. */
  Inet4Address SERVERS = Addresses.of("10.0.2.2");

  /** TCP port of the MMS relay, as phones know it. */
  int MMS_PORT = 8190;

  /**
   * The access points of all phones: {@code mms}, by which only the MMS relay is reached, and
   * {@code internet}.
   */
  static List<AccessPoint> accessPoints() {
    return List.of(
        new AccessPoint(5, "internet", Optional.empty()),
        new AccessPoint(6, "mms", Optional.of(new InetSocketAddress(SERVERS, MMS_PORT))));
  }

  /** How packets go, in a line for people. */
  String description();

  /** Attaches phones. */
  PacketSgsn sgsn();

  /** What a subscriber's phone is plugged into. */
  PhoneNetwork phoneNetwork(String imsi);

  /** The address to listen on in this process's network for what is to be reached as SERVERS. */
  Inet4Address hostAddress();

  /** The address from which {@link #hostAddress} sees what was forwarded come. */
  Inet4Address forwarder();

  /** The address at which this process's network reaches what {@link #startServers} starts. */
  Inet4Address serversAddress();

  /** What ports belong to. */
  enum Protocol {
    TCP,
    UDP
  }

  /**
   * Makes a port of {@link #hostAddress} the same port of {@link #SERVERS} to phones, for as long
   * as the network is there, whoever listens on it and how often.
   */
  void forward(Protocol protocol, int port) throws IOException;

  /**
   * Starts the servers.
   *
   * @param directory for their configuration, logs and contents
   */
  Servers startServers(Path directory) throws IOException;

  /** Takes it down; also closes the SGSN. */
  @Override
  void close();
}
