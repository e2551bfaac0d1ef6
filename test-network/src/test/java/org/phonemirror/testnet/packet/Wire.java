package org.phonemirror.testnet.packet;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.phonemirror.testnet.phone.FrameLink;
import org.phonemirror.testnet.phone.PhoneNetwork;

/** A phone's network device without a phone behind it, at the end of a cable. */
final class Wire implements AutoCloseable {
  private static final long WAIT_SECONDS = 20;

  private final PhoneNetwork.FramePort port;
  private final FrameLink device;
  private final FrameLink other;
  private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();

  Wire(PhoneNetwork network) throws IOException {
    port = ((PhoneNetwork.Cable) network).other();
    Path socket = Files.createTempDirectory("wire").resolve("frames");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      other = new FrameLink(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
      device = new FrameLink(server.accept());
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(socket.getParent());
    }
    Thread reader =
        new Thread(
            () -> {
              try {
                device.read(
                    frame -> {
                      byte[] bytes = new byte[frame.remaining()];
                      frame.get(bytes);
                      received.add(bytes);
                    });
              } catch (IOException e) {
                received.clear();
              }
            },
            "wire");
    reader.setDaemon(true);
    reader.start();
    port.up(other);
  }

  /** Sends a packet as the phone does. */
  void send(byte[] packet) {
    port.received(Packets.fromPhone(packet));
  }

  /** The next packet that reaches the phone. */
  byte[] next() throws InterruptedException {
    byte[] frame = nextFrame();
    return Arrays.copyOfRange(frame, 14, frame.length);
  }

  private byte[] nextFrame() throws InterruptedException {
    byte[] frame = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("no frame reaches the phone");
    }
    return frame;
  }

  /** Who has an address, as ARP says. */
  byte[] resolve(Inet4Address address) throws InterruptedException {
    ByteBuffer arp = ByteBuffer.allocate(28).putLong(0x0001_0800_0604_0001L);
    arp.put(Packets.PHONE_MAC).put(PacketNetwork.PHONE.getAddress());
    arp.put(new byte[6]).put(address.getAddress());
    byte[] everyone = {-1, -1, -1, -1, -1, -1};
    port.received(Packets.frame(everyone, Packets.PHONE_MAC, 0x0806, arp.array()));
    byte[] reply = nextFrame();
    return Arrays.copyOfRange(reply, 22, 28);
  }

  @Override
  public void close() throws IOException {
    port.down();
    device.close();
    other.close();
  }
}
