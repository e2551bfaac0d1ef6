package org.phonemirror.core.emulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds TCP ports for emulators. Those of an emulator go to no other one until they are given back:
 * adb knows emulators by their ports. Should another program take a port before the emulator does,
 * the emulator tells so and ends, and the machine does not start.
 */
final class Ports {
  private static final int ATTEMPTS = 100;

  private final InetAddress address;
  private final Set<Integer> given = new HashSet<>();

  /**
   * The ports of one emulator.
   *
   * @param console for its text console, which is not used
   * @param adb for Android's adbd
   * @param grpc for its services
   */
  record Three(int console, int adb, int grpc) {
    private List<Integer> all() {
      return List.of(console, adb, grpc);
    }
  }

  Ports(InetAddress address) {
    this.address = address;
  }

  /** Ports that are free now. */
  synchronized Three take() throws IOException {
    List<Integer> free = new ArrayList<>();
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < ATTEMPTS && free.size() < 3; i++) {
        ServerSocket socket = new ServerSocket(0, 1, address);
        sockets.add(socket);
        if (given.add(socket.getLocalPort())) {
          free.add(socket.getLocalPort());
        }
      }
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
    if (free.size() < 3) {
      free.forEach(given::remove);
      throw new IOException("there are no free TCP ports at " + address.getHostAddress());
    }
    return new Three(free.get(0), free.get(1), free.get(2));
  }

  /** They may be taken again. */
  synchronized void give(Three ports) {
    ports.all().forEach(given::remove);
  }
}
