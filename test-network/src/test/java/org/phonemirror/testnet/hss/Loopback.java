package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What tests over loopback share. */
final class Loopback {
  private static final String ADDRESS = "127.9.0.1";
  private static final String HSS_ADDRESS = "127.9.0.2";
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private Loopback() {}

  static InetSocketAddress free() throws IOException {
    return free(ADDRESS);
  }

  /** Apart from the others, so that no outgoing connection can take the port while it is free. */
  static InetSocketAddress freeForHss() throws IOException {
    return free(HSS_ADDRESS);
  }

  private static InetSocketAddress free(String address) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return new InetSocketAddress(address, socket.getLocalPort());
    }
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + DEADLINE + ": " + what);
      }
      Thread.sleep(20);
    }
  }
}
