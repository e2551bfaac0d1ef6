package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.phonemirror.testnet.gtp.ContextRequest;
import org.phonemirror.testnet.gtp.ControlMessage;
import org.phonemirror.testnet.gtp.ControlMessage.Element;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.gtp.GtpException;
import org.phonemirror.testnet.gtp.PdpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane towards a GGSN: requests are repeated until they are answered (TS 29.060 §7.6),
 * the GGSN's own requests are answered each time they come.
 */
public final class GgsnPath implements Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(GgsnPath.class);
  private static final int MAX_DATAGRAM = 65_535;

  /** Restart counter: this SGSN keeps no contexts over a restart, and is restarted once. */
  private static final int RECOVERY = 1;

  private static final long CLOSE_MILLIS = 5_000;

  private final DatagramSocket socket;
  private final InetSocketAddress ggsn;
  private final Timers timers;
  private final Map<Integer, CompletableFuture<Answer>> pending = new ConcurrentHashMap<>();
  private final Map<Long, PdpContext> openByControl = new ConcurrentHashMap<>();
  private final AtomicInteger sequence = new AtomicInteger();
  private final Thread reader;

  /**
   * How long an answer is waited for.
   *
   * @param t3Response until a request is repeated
   * @param n3Requests how often it is sent in all
   */
  public record Timers(Duration t3Response, int n3Requests) {
    /** As long as a phone's user would wait. */
    public static final Timers DEFAULT = new Timers(Duration.ofSeconds(1), 5);
  }

  private record Answer(ControlMessage message, byte[] datagram) {}

  /** Opens the path; {@link #echo} tells whether there is anyone. */
  public GgsnPath(Inet4Address local, InetSocketAddress ggsn, Timers timers) throws IOException {
    this.socket = new DatagramSocket(new InetSocketAddress(local, Gtp.CONTROL_PORT));
    this.ggsn = ggsn;
    this.timers = timers;
    this.reader = new Thread(this::read, "gtp-c");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Asks the GGSN whether it is there (§7.2.1).
   *
   * @return its restart counter
   * @throws IOException if it does not answer
   */
  public int echo() throws IOException {
    int number = next();
    ControlMessage request = new ControlMessage(Gtp.ECHO_REQUEST, 0, number, List.of());
    return ask(number, request.encode()).message().octet("Recovery", Element.RECOVERY);
  }

  @Override
  public PdpContext open(ContextRequest asked) throws IOException {
    int number = next();
    byte[] request = asked.message(number, RECOVERY).encode();
    Answer answer = ask(number, request);
    PdpContext context = PdpContext.of(asked, request, answer.message(), answer.datagram());
    openByControl.put(asked.control(), context);
    return context;
  }

  @Override
  public Exchange close(PdpContext context) throws IOException {
    int number = next();
    byte[] request = context.deletion(number).encode();
    openByControl.remove(context.asked().control());
    return new Exchange(request, ask(number, request).datagram());
  }

  private int next() {
    return sequence.getAndIncrement() & 0xffff;
  }

  private Answer ask(int number, byte[] request) throws IOException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    pending.put(number, answer);
    try {
      for (int i = 0; i < timers.n3Requests(); i++) {
        send(request, ggsn);
        try {
          return answer.get(timers.t3Response().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          LOG.debug("{} has not answered request {} yet", ggsn, number, e);
        }
      }
      throw new IOException(
          "the GGSN at %s does not answer: %d times asked, %s apart"
              .formatted(ggsn, timers.n3Requests(), timers.t3Response()));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } finally {
      pending.remove(number);
    }
  }

  private void read() {
    DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM], MAX_DATAGRAM);
    while (!socket.isClosed()) {
      try {
        packet.setLength(MAX_DATAGRAM);
        socket.receive(packet);
        byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
        if (packet.getSocketAddress().equals(ggsn)) {
          received(ControlMessage.decode(ByteBuffer.wrap(datagram)), datagram, packet);
        }
      } catch (GtpException e) {
        LOG.warn("from {}: {}", packet.getSocketAddress(), e.getMessage());
      } catch (IOException e) {
        LOG.debug("the path to {} is closed", ggsn, e);
      }
    }
  }

  private void received(ControlMessage message, byte[] datagram, DatagramPacket packet)
      throws IOException {
    switch (message.type()) {
      case Gtp.ECHO_REQUEST ->
          answer(message, Gtp.ECHO_RESPONSE, 0, Element.of(Element.RECOVERY, RECOVERY), packet);
      case Gtp.DELETE_PDP_CONTEXT_REQUEST -> {
        Optional<PdpContext> context = Optional.ofNullable(openByControl.remove(message.teid()));
        context.ifPresent(
            closed -> LOG.warn("{} closes a context of {}", ggsn, closed.asked().imsi()));
        answer(
            message,
            Gtp.DELETE_PDP_CONTEXT_RESPONSE,
            context.map(PdpContext::ggsnControl).orElse(0L),
            Element.of(
                Element.CAUSE, context.isPresent() ? Gtp.REQUEST_ACCEPTED : Gtp.NON_EXISTENT),
            packet);
      }
      case Gtp.ECHO_RESPONSE, Gtp.CREATE_PDP_CONTEXT_RESPONSE, Gtp.DELETE_PDP_CONTEXT_RESPONSE -> {
        CompletableFuture<Answer> asked = pending.get(message.sequence());
        if (asked != null) {
          asked.complete(new Answer(message, datagram));
        }
      }
      default -> LOG.info("{} sends a message of type {}", ggsn, message.type());
    }
  }

  private void answer(
      ControlMessage request, int type, long teid, Element element, DatagramPacket packet)
      throws IOException {
    ControlMessage response = new ControlMessage(type, teid, request.sequence(), List.of(element));
    send(response.encode(), packet.getSocketAddress());
  }

  private void send(byte[] datagram, SocketAddress to) throws IOException {
    socket.send(new DatagramPacket(datagram, datagram.length, to));
  }

  /** Afterwards the port is free: a socket keeps it as long as a thread receives from it. */
  @Override
  public void close() {
    socket.close();
    try {
      reader.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
