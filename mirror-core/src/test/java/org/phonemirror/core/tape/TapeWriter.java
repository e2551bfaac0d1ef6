package org.phonemirror.core.tape;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes tapes by hand, flow by flow. */
public final class TapeWriter {
  private static final int FIRST_PORT = 40000;

  private final long startMicros;
  private final long endMicros;
  private final List<TcpFlow> tcp = new ArrayList<>();
  private final List<UdpFlow> udp = new ArrayList<>();
  private final List<SessionContent> session = new ArrayList<>();
  private long nextId;

  private TapeWriter(long startMicros, long endMicros, long firstId) {
    this.startMicros = startMicros;
    this.endMicros = endMicros;
    this.nextId = firstId;
  }

  /** Begins a tape whose flows are numbered from 1 on. */
  public static TapeWriter of(long startMicros, long endMicros) {
    return new TapeWriter(startMicros, endMicros, 1);
  }

  /** Begins a tape whose flows are numbered from a number on. */
  public static TapeWriter of(long startMicros, long endMicros, long firstId) {
    return new TapeWriter(startMicros, endMicros, firstId);
  }

  /** A connection that was accepted. */
  public Tcp tcp(String remote, int port, long openedMicros) {
    return new Tcp(nextId++, end(remote, port), openedMicros, 0);
  }

  /** What comes of a connection of an earlier tape. */
  public Tcp continued(long id, String remote, int port, long openedMicros, long sentBefore) {
    return new Tcp(id, end(remote, port), openedMicros, sentBefore);
  }

  /** A connection attempt that was not accepted. */
  public TapeWriter attempt(String remote, int port, long openedMicros, TcpFlow.Opening opening) {
    Tcp flow = tcp(remote, port, openedMicros);
    flow.opening = opening;
    return flow.done();
  }

  /** A conversation in datagrams. */
  public Udp udp(String remote, int port) {
    return new Udp(nextId++, end(remote, port));
  }

  /** What comes of a conversation of an earlier tape. */
  public Udp continuedUdp(long id, String remote, int port) {
    return new Udp(id, end(remote, port));
  }

  /** A notification by signalling. */
  public TapeWriter notification(long timeMicros, byte[] body) {
    session.add(
        new SessionContent(
            timeMicros,
            SessionContent.Direction.TO_PHONE,
            "MESSAGE",
            "sip:mmsc@ims.test",
            SessionContent.MMS,
            body));
    return this;
  }

  /** The tape. */
  public Tape tape() {
    return new Tape(startMicros, endMicros, tcp, udp, session);
  }

  private static InetSocketAddress end(String literal, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  /** A TCP flow being written. */
  public final class Tcp {
    private final long id;
    private final InetSocketAddress remote;
    private final long openedMicros;
    private final long sentBefore;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<TcpFlow.Received> received = new ArrayList<>();
    private TcpFlow.Opening opening = TcpFlow.Opening.ACCEPTED;
    private TcpFlow.End phoneEnd = TcpFlow.End.OPEN;
    private Set<Mark> marks = Set.of();

    private Tcp(long id, InetSocketAddress remote, long openedMicros, long sentBefore) {
      this.id = id;
      this.remote = remote;
      this.openedMicros = openedMicros;
      this.sentBefore = sentBefore;
    }

    /** The phone sends. */
    public Tcp sends(String text) {
      return sends(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The phone sends. */
    public Tcp sends(byte[] bytes) {
      sent.writeBytes(bytes);
      return this;
    }

    /** The network sends, at a time. */
    public Tcp gets(long timeMicros, String text) {
      return gets(timeMicros, text.getBytes(StandardCharsets.ISO_8859_1), TcpFlow.End.OPEN);
    }

    /** The network sends, at a time, and its side may end with that. */
    public Tcp gets(long timeMicros, byte[] bytes, TcpFlow.End end) {
      received.add(new TcpFlow.Received(timeMicros, sentBefore + sent.size(), bytes, end));
      return this;
    }

    /** It can't be replayed. */
    public Tcp marked(Mark mark) {
      marks = Set.of(mark);
      return this;
    }

    /** The phone's side ends, and the flow is on the tape. */
    public TapeWriter closed() {
      phoneEnd = TcpFlow.End.FIN;
      return done();
    }

    /** The flow is on the tape. */
    public TapeWriter done() {
      tcp.add(
          new TcpFlow(
              id,
              end("10.0.2.15", FIRST_PORT + (int) id),
              remote,
              openedMicros,
              opening,
              sentBefore,
              sent.toByteArray(),
              received,
              phoneEnd,
              marks));
      return TapeWriter.this;
    }
  }

  /** A UDP flow being written. */
  public final class Udp {
    private final long id;
    private final InetSocketAddress remote;
    private final List<UdpFlow.Datagram> datagrams = new ArrayList<>();

    private Udp(long id, InetSocketAddress remote) {
      this.id = id;
      this.remote = remote;
    }

    /** The phone sends. */
    public Udp sends(long timeMicros, byte[] bytes) {
      return add(timeMicros, UdpFlow.Kind.SENT, bytes);
    }

    /** The network sends. */
    public Udp gets(long timeMicros, byte[] bytes) {
      return add(timeMicros, UdpFlow.Kind.RECEIVED, bytes);
    }

    /** The network tells that nobody listens. */
    public Udp unreachable(long timeMicros) {
      return add(timeMicros, UdpFlow.Kind.UNREACHABLE, new byte[0]);
    }

    private Udp add(long timeMicros, UdpFlow.Kind kind, byte[] bytes) {
      datagrams.add(new UdpFlow.Datagram(timeMicros, kind, bytes));
      return this;
    }

    /** The flow is on the tape. */
    public TapeWriter done() {
      udp.add(
          new UdpFlow(id, end("10.0.2.15", FIRST_PORT + (int) id), remote, datagrams, Set.of()));
      return TapeWriter.this;
    }
  }
}
