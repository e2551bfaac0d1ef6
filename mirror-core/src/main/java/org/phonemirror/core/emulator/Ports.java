package org.phonemirror.core.emulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * TCP ports of one emulator, which were free when they were chosen. Should one be taken since, the
 * emulator tells so and ends, and the machine does not start.
 *
 * @param console for its text console, which is not used
 * @param adb for Android's adbd
 * @param grpc for its services
 */
record Ports(int console, int adb, int grpc) {
  static Ports choose(InetAddress address) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        sockets.add(new ServerSocket(0, 1, address));
      }
      return new Ports(
          sockets.get(0).getLocalPort(),
          sockets.get(1).getLocalPort(),
          sockets.get(2).getLocalPort());
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
