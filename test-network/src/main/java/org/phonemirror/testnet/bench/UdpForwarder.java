package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A NAT for one client in front of one server: forwards datagrams both ways, counts them as they
 * are on the IP layer, and can take a new source port as a NAT does after a pause.
 */
public final class UdpForwarder implements AutoCloseable {
  /** IPv4 header without options, and UDP header. */
  public static final int HEADER_BYTES = 20 + 8;

  /** Is told of each datagram, on the forwarder's thread, before it goes on. */
  @FunctionalInterface
  public interface Observer {
    /**
     * One goes by.
     *
     * @param up whether it is the client's
     * @param bytes on the IP layer
     */
    void passes(boolean up, int bytes);
  }

  private final InetSocketAddress server;
  private final Observer observer;
  private final Selector selector;
  private final DatagramChannel inside;
  private final InetSocketAddress address;
  private final Thread thread;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong datagrams = new AtomicLong();
  private final AtomicBoolean rebind = new AtomicBoolean();
  private volatile boolean blocked;
  private DatagramChannel outside;
  private SocketAddress client;

  private UdpForwarder(InetSocketAddress bind, InetSocketAddress server, Observer observer)
      throws IOException {
    this.server = server;
    this.observer = observer;
    this.selector = Selector.open();
    this.inside = DatagramChannel.open();
    this.client = bind;
    inside.bind(bind);
    inside.configureBlocking(false);
    inside.register(selector, SelectionKey.OP_READ);
    address = (InetSocketAddress) inside.getLocalAddress();
    outside = openOutside();
    thread = new Thread(this::run, "udp-forwarder");
    thread.setDaemon(true);
  }

  /** Starts one that listens at an address and sends to the server from another port of it. */
  public static UdpForwarder start(InetSocketAddress bind, InetSocketAddress server)
      throws IOException {
    return start(bind, server, (up, bytes) -> {});
  }

  /** The same, with someone who sees each datagram. */
  public static UdpForwarder start(
      InetSocketAddress bind, InetSocketAddress server, Observer observer) throws IOException {
    UdpForwarder forwarder = new UdpForwarder(bind, server, observer);
    forwarder.thread.start();
    return forwarder;
  }

  private DatagramChannel openOutside() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
    channel.bind(new InetSocketAddress(address.getAddress(), 0));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    return channel;
  }

  /** Where the client sends to. */
  public InetSocketAddress address() {
    return address;
  }

  /** Bytes on the IP layer so far, both ways. */
  public long bytes() {
    return bytes.get();
  }

  /** Datagrams so far, both ways. */
  public long datagrams() {
    return datagrams.get();
  }

  /** Takes a new source port before the next datagram. */
  public void rebind() {
    rebind.set(true);
    selector.wakeup();
  }

  /** Drops everything both ways, or no longer. */
  public void block(boolean block) {
    blocked = block;
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocate(65536);
    try {
      while (selector.isOpen()) {
        selector.select();
        if (rebind.getAndSet(false)) {
          outside.close();
          outside = openOutside();
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid()) {
            forward((DatagramChannel) key.channel(), buffer);
          }
        }
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the forwarder has failed", e);
    } catch (ClosedSelectorException e) {
      // closed: done
    }
  }

  private void forward(DatagramChannel from, ByteBuffer buffer) throws IOException {
    buffer.clear();
    for (SocketAddress sender = from.receive(buffer);
        sender != null;
        sender = from.receive(buffer)) {
      buffer.flip();
      if (!blocked) {
        bytes.addAndGet(buffer.remaining() + HEADER_BYTES);
        datagrams.incrementAndGet();
        observer.passes(from == inside, buffer.remaining() + HEADER_BYTES);
        if (from == inside) {
          client = sender;
          outside.send(buffer, server);
        } else {
          inside.send(buffer, client);
        }
      }
      buffer.clear();
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    inside.close();
    try {
      thread.join(5000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    outside.close();
  }
}
