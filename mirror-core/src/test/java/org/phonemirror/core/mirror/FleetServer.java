package org.phonemirror.core.mirror;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.phonemirror.sync.SyncCodec;

/**
 * The process that {@link KilledFleetTest} ends. Tells its port on standard output; then each
 * connection is of phones, which send their number, and a message's length and bytes, and get the
 * acknowledgement in the same form. A message of length 0 asks how many mirrors are behind, and how
 * many messages all have replayed.
 */
public final class FleetServer {
  static final String HOST = "127.44.1.1";

  /** Of a machine for an interval: so long that replay falls behind. */
  private static final Duration WORK = Duration.ofMillis(20);

  private FleetServer() {}

  /** Runs until it is killed: with a directory, a number of phones, and perhaps templates. */
  public static void main(String[] args) throws IOException {
    Optional<Path> templates = args.length > 2 ? Optional.of(Path.of(args[2])) : Optional.empty();
    try (MirrorFleet fleet = new MirrorFleet(Path.of(args[0]), templates, WORK);
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(HOST))) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        fleet.phoneOn(i);
      }
      System.out.println(server.getLocalPort());
      while (true) {
        Socket phones = server.accept();
        new Thread(() -> serve(fleet, phones), "phones").start();
      }
    }
  }

  private static void serve(MirrorFleet fleet, Socket phones) {
    try (phones) {
      DataInputStream in = new DataInputStream(phones.getInputStream());
      DataOutputStream out = new DataOutputStream(phones.getOutputStream());
      while (true) {
        int number = in.readInt();
        byte[] message = in.readNBytes(in.readInt());
        if (message.length == 0) {
          List<MirrorStatus> mirrors = fleet.status();
          out.writeInt((int) mirrors.stream().filter(m -> m.replayed() < m.accepted()).count());
          out.writeInt((int) mirrors.stream().mapToLong(MirrorStatus::replayed).sum());
          continue;
        }
        byte[] answer = SyncCodec.encode(fleet.accept(number, message));
        out.writeInt(answer.length);
        out.write(answer);
      }
    } catch (EOFException e) {
      // they have gone
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
