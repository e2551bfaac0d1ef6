package org.phonemirror.testnet.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;

/** A gateway in real time and a guest behind it, whose interval ends when its program has. */
final class GatewayStage implements AutoCloseable {
  /** t_k, by the mirror's clock. */
  static final long START = 1_767_225_600_000_000L;

  static final long SECOND = 1_000_000;
  static final String SERVER = "192.0.2.80";
  private static final long LENGTH = 600 * SECOND;

  private final TestGateway gateway;
  private final LinuxGuest guest;
  private String said = "";

  private GatewayStage(Path directory) throws IOException {
    Path socket = directory.resolve("net");
    gateway = TestGateway.open(socket);
    try {
      guest = LinuxGuest.create(socket, directory);
    } catch (IOException | RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  static GatewayStage open(Path directory) throws IOException {
    return new GatewayStage(directory);
  }

  /** The guest has the phone's address without asking. */
  GatewayStage withAddress() throws IOException {
    guest.address();
    return this;
  }

  /** What the program of the last interval has said. */
  String said() {
    return said;
  }

  /** What the guest's user does in an interval. */
  interface Session {
    String run(LinuxGuest guest) throws IOException;
  }

  /** Plays a tape while the guest runs a script. */
  NetworkReport play(Tape tape, String script) throws Exception {
    return play(tape, there -> there.run(script));
  }

  /** Plays a tape while the guest's user does something. */
  NetworkReport play(Tape tape, Session session) throws Exception {
    gateway.begin(tape);
    said = session.run(guest);
    return gateway.end(() -> guest.run("curl -s -m 1 http://198.51.100.1/ || true"));
  }

  @Override
  public void close() throws IOException {
    try {
      guest.close();
    } finally {
      gateway.close();
    }
  }

  // ---- tapes

  static Tape tape(List<TcpFlow> tcp, UdpFlow... udp) {
    return new Tape(START, START + LENGTH, tcp, List.of(udp), List.of());
  }

  /** A flow of a tape, written item by item. */
  static final class Flow {
    private final String remote;
    private final int port;
    private final StringBuilder sent = new StringBuilder();
    private final List<TcpFlow.Received> received = new ArrayList<>();

    Flow(String remote, int port) {
      this.remote = remote;
      this.port = port;
    }

    /** The phone sends. */
    Flow sends(String text) {
      sent.append(text);
      return this;
    }

    /** The network sends, after so many seconds. */
    Flow gets(int second, String text) {
      return gets(second, text, TcpFlow.End.OPEN);
    }

    /** The network sends, and its side ends with that. */
    Flow gets(int second, String text, TcpFlow.End end) {
      byte[] data = text.getBytes(StandardCharsets.ISO_8859_1);
      received.add(new TcpFlow.Received(START + second * SECOND, sent.length(), data, end));
      return this;
    }

    /** As the phone was accepted, and ended it. */
    TcpFlow flow(long id) throws UnknownHostException {
      return flow(id, TcpFlow.Opening.ACCEPTED);
    }

    TcpFlow flow(long id, TcpFlow.Opening opening) throws UnknownHostException {
      return new TcpFlow(
          id,
          end("10.0.2.15", 40_000 + (int) id),
          end(remote, port),
          START,
          opening,
          0,
          sent.toString().getBytes(StandardCharsets.ISO_8859_1),
          received,
          TcpFlow.End.FIN,
          Set.of());
    }
  }

  static InetSocketAddress end(String literal, int port) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(literal), port);
  }

  /** What curl says to a server, with {@code -A t}. */
  static String get(String host, String path) {
    return "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: t\r\nAccept: */*\r\n\r\n"
        .formatted(path, host);
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
  }
}
