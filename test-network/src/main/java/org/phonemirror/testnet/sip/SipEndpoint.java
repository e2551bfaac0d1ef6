package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP socket with the non-INVITE transactions of RFC 3261 §17: requests are sent again until they
 * are answered, and a request that comes again gets the same answer.
 */
public final class SipEndpoint implements AutoCloseable {
  /** Takes requests, on the receiving thread; answers with {@link #respond}, then or later. */
  @FunctionalInterface
  public interface Handler {
    void received(SipMessage request, InetSocketAddress from);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SipEndpoint.class);
  private static final int MAX_DATAGRAM = 65_535;
  private static final int REMEMBERED_ANSWERS = 1_000;
  private static final long CLOSE_MILLIS = 1_000;
  private static final long T1_MILLIS = 500;
  private static final long T2_MILLIS = 4_000;

  private final DatagramSocket socket;
  private final Handler handler;
  private final Duration timeout;
  private final Map<String, CompletableFuture<SipMessage>> clients = new ConcurrentHashMap<>();

  /** Answers by transaction; empty bytes while there is none yet. */
  private final Map<String, byte[]> answers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
          return size() > REMEMBERED_ANSWERS;
        }
      };

  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "sip-timers"));
  private final Thread receiver;

  /**
   * Binds and listens.
   *
   * @param timeout how long a request waits for its final answer (Timer F)
   */
  public SipEndpoint(InetSocketAddress local, Duration timeout, Handler handler)
      throws IOException {
    try {
      this.socket = new DatagramSocket(local);
    } catch (SocketException e) {
      throw new IOException("cannot bind SIP to UDP " + local + ": " + e.getMessage(), e);
    }
    this.timeout = timeout;
    this.handler = handler;
    this.receiver = daemon(this::receive, "sip-receiver-" + local);
    receiver.start();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** A random token for tags, branches and call identifiers. */
  public static String token() {
    return Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
  }

  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Own address as it stands in URIs. */
  public String hostPort() {
    return local().getAddress().getHostAddress() + ":" + local().getPort();
  }

  /**
   * Sends a request, with a Via of our own before its headers.
   *
   * @return the final response; fails with an IOException if none comes in time
   */
  public CompletableFuture<SipMessage> request(SipMessage request, InetSocketAddress to) {
    String branch = "z9hG4bK" + token();
    byte[] datagram =
        request
            .withFirst("Via", "SIP/2.0/UDP " + hostPort() + ";branch=" + branch + ";rport")
            .encode();
    CompletableFuture<SipMessage> answer = new CompletableFuture<>();
    clients.put(branch, answer);
    transmit(datagram, to, answer, T1_MILLIS);
    return answer
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((response, failure) -> clients.remove(branch))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new IOException(
                        "no final answer from " + to + " to " + request.startLine(), failure)));
  }

  private void transmit(
      byte[] datagram, InetSocketAddress to, CompletableFuture<SipMessage> answer, long wait) {
    if (answer.isDone() || socket.isClosed()) {
      return;
    }
    try {
      send(datagram, to);
    } catch (IOException e) {
      answer.completeExceptionally(e);
      return;
    }
    var unused =
        timers.schedule(
            () -> transmit(datagram, to, answer, Math.min(2 * wait, T2_MILLIS)),
            wait,
            TimeUnit.MILLISECONDS);
  }

  /** Answers a request, and remembers the answer for when the request comes again. */
  public void respond(SipMessage request, SipMessage response, InetSocketAddress to) {
    byte[] datagram = response.encode();
    synchronized (answers) {
      answers.put(transaction(request), datagram);
    }
    try {
      send(datagram, to);
    } catch (IOException e) {
      LOG.warn("{} not sent to {}", response.startLine(), to, e);
    }
  }

  private void send(byte[] datagram, InetSocketAddress to) throws IOException {
    socket.send(new DatagramPacket(datagram, datagram.length, to));
  }

  private void receive() {
    byte[] buffer = new byte[MAX_DATAGRAM];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        if (packet.getLength() > 4) { // shorter ones are keep-alives (RFC 5626)
          dispatch(
              SipMessage.parse(buffer, packet.getLength()),
              (InetSocketAddress) packet.getSocketAddress());
        }
      } catch (ParseException e) {
        LOG.warn("Not SIP, from {}: {}", packet.getSocketAddress(), e.getMessage());
      } catch (IOException e) {
        if (!socket.isClosed()) {
          LOG.warn("Receiving on {} failed", local(), e);
        }
      }
    }
  }

  private void dispatch(SipMessage message, InetSocketAddress from) throws IOException {
    if (message.isRequest()) {
      byte[] earlier;
      synchronized (answers) {
        earlier = answers.putIfAbsent(transaction(message), new byte[0]);
      }
      if (earlier == null) {
        handle(message, from);
      } else if (earlier.length > 0) {
        send(earlier, from);
      }
      return;
    }
    CompletableFuture<SipMessage> answer = clients.get(message.branch());
    if (answer != null && message.status() >= 200) {
      answer.complete(message);
    }
  }

  private void handle(SipMessage request, InetSocketAddress from) {
    try {
      handler.received(request, from);
    } catch (RuntimeException e) {
      LOG.error("{} from {} could not be handled", request.startLine(), from, e);
    }
  }

  private static String transaction(SipMessage request) {
    return request.branch() + " " + request.method();
  }

  /** Frees the port, and fails what waits for an answer. */
  @Override
  public void close() {
    socket.close();
    timers.shutdownNow();
    clients.values().forEach(answer -> answer.completeExceptionally(new IOException("closed")));
    if (Thread.currentThread() != receiver) {
      try {
        receiver.join(CLOSE_MILLIS); // the port is free only when nobody receives from it
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
