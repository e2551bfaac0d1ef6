package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.phonemirror.testnet.gtp.Addresses;
import org.phonemirror.testnet.gtp.PdpContext;
import org.phonemirror.testnet.phone.FrameLink;
import org.phonemirror.testnet.phone.PhoneNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way between a phone's network device and the SGSN's user plane, which the phone's radio and
 * the radio network are otherwise. The device is an Ethernet; all addresses are behind its router.
 */
public final class Radio implements PhoneNetwork.FramePort {
  private static final Logger LOG = LoggerFactory.getLogger(Radio.class);
  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

  private final PacketSgsn sgsn;
  private final UserPlane plane;
  private final String imsi;
  private final int phone;
  private volatile Optional<FrameLink> link = Optional.empty();
  private volatile byte[] device = BROADCAST;
  private List<PdpContext> tunnels = List.of();

  /**
   * Carries packets of a phone that is attached when it is switched on.
   *
   * @param address the phone's, as it has it configured
   */
  public Radio(PacketSgsn sgsn, UserPlane plane, String imsi, Inet4Address address) {
    this.sgsn = sgsn;
    this.plane = plane;
    this.imsi = imsi;
    this.phone = Addresses.octets(address);
  }

  @Override
  public void up(FrameLink opened) {
    link = Optional.of(opened);
    tunnels = sgsn.contexts(imsi);
    for (PdpContext context : tunnels) {
      int address = Addresses.octets(context.address());
      plane.receive(
          context.asked().data(), (datagram, packet) -> toPhone(datagram, packet, address));
    }
  }

  @Override
  public void received(ByteBuffer frame) {
    Ethernet.sender(frame).ifPresent(mac -> device = mac);
    Ethernet.arpReply(frame, phone).ifPresent(this::send);
    Optional<AttachedPhone> attached = sgsn.attached(imsi);
    Optional<ByteBuffer> packet = Ethernet.ipv4(frame).filter(ipv4 -> Ipv4.source(ipv4) == phone);
    if (attached.isPresent() && packet.isPresent()) {
      fromPhone(attached.get(), packet.get());
    }
  }

  private void fromPhone(AttachedPhone attached, ByteBuffer packet) {
    PdpContext context = attached.contextOf(Ipv4.destination(packet), Ipv4.destinationPort(packet));
    attached.countSent(packet.remaining());
    Ipv4.replaceSource(packet, phone, Addresses.octets(context.address()));
    ByteBuffer datagram = AttachedPhone.datagram(context.ggsnData(), packet);
    // before it goes on its way: an answer must not be in the copy before its question
    attached.copyPacket(datagram);
    try {
      plane.send(datagram, context.ggsn());
    } catch (IOException e) {
      // as if the packet were lost on the air
      LOG.debug("a packet of {} does not go to {}", imsi, context.ggsn(), e);
    }
  }

  private void toPhone(ByteBuffer datagram, ByteBuffer packet, int address) {
    // before the address in it becomes the phone's own
    sgsn.attached(imsi)
        .ifPresent(
            attached -> {
              attached.countReceived(packet.remaining());
              attached.copyPacket(datagram);
            });
    if (Ipv4.isOne(packet)) {
      Ipv4.replaceDestination(packet, address, phone);
      send(Ethernet.frame(device, packet));
    }
  }

  private void send(ByteBuffer frame) {
    Optional<FrameLink> open = link;
    try {
      if (open.isPresent()) {
        open.get().send(frame);
      }
    } catch (IOException e) {
      LOG.debug("the phone of {} is off", imsi, e);
    }
  }

  @Override
  public void down() {
    link = Optional.empty();
    tunnels.forEach(context -> plane.forget(context.asked().data()));
  }
}
