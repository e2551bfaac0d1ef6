package org.phonemirror.core.antivirus.clamd;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire to clamd that counts streams, and can be held in the middle of one. */
public final class Wire implements AutoCloseable {
  /** More than a command or the probe of limits, less than what is sent while it is held. */
  private static final int HELD_AFTER = 200_000;

  private final ServerSocket server;
  private final SocketAddress clamd;
  private final AtomicInteger streams = new AtomicInteger();
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile CountDownLatch release = new CountDownLatch(0);

  private Wire(ServerSocket server, SocketAddress clamd) {
    this.server = server;
    this.clamd = clamd;
  }

  public static Wire to(SocketAddress clamd, String host) throws IOException {
    Wire wire = new Wire(new ServerSocket(0, 50, InetAddress.getByName(host)), clamd);
    wire.run(wire::accept);
    return wire;
  }

  public SocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  /** The next long stream stops in its middle. */
  public void hold() {
    held = new CountDownLatch(1);
    release = new CountDownLatch(1);
  }

  /** Waits until one does. */
  public void awaitHeld() throws InterruptedException {
    if (!held.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("no long stream");
    }
  }

  public void release() {
    release.countDown();
  }

  /** How many streams of more than the probe's length there were. */
  public int streams() {
    return streams.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        run(() -> connect(socket));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void run(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private void connect(Socket socket) {
    try (socket;
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(clamd);
      run(() -> answers(channel, socket));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[16 * 1024];
      long passed = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        for (ByteBuffer part = ByteBuffer.wrap(buffer, 0, count); part.hasRemaining(); ) {
          channel.write(part);
        }
        boolean before = passed > HELD_AFTER;
        passed += count;
        if (!before && passed > HELD_AFTER) {
          streams.incrementAndGet();
          held.countDown();
          release.await();
        }
      }
    } catch (IOException e) {
      // one end is gone, and the other is told so
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answers(SocketChannel channel, Socket socket) {
    try (socket) {
      ByteBuffer answer = ByteBuffer.allocate(4096);
      while (channel.read(answer) >= 0) {
        socket.getOutputStream().write(answer.array(), 0, answer.position());
        answer.clear();
      }
    } catch (IOException e) {
      // one end is gone, and the other is told so
    }
  }

  @Override
  public void close() throws IOException {
    release();
    server.close();
  }
}
