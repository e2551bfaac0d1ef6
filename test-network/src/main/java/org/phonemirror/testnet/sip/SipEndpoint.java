package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
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
 * A socket with the non-INVITE transactions of RFC 3261 §17: over UDP, requests are sent again
 * until they are answered, and a request that comes again gets the same answer.
 */
public final class SipEndpoint implements AutoCloseable {
  /** Takes requests, on the receiving thread; answers with {@link #respond}, then or later. */
  @FunctionalInterface
  public interface Handler {
    void received(SipMessage request, InetSocketAddress from);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SipEndpoint.class);
  private static final int REMEMBERED_ANSWERS = 1_000;
  private static final long T1_MILLIS = 500;
  private static final long T2_MILLIS = 4_000;

  private final SipTransport transport;
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

  private volatile boolean closed;

  /**
   * Binds to UDP and listens.
   *
   * @param timeout how long a request waits for its final answer (Timer F)
   */
  public SipEndpoint(InetSocketAddress local, Duration timeout, Handler handler)
      throws IOException {
    this(new UdpTransport(local), timeout, handler);
  }

  SipEndpoint(SipTransport transport, Duration timeout, Handler handler) {
    this.transport = transport;
    this.timeout = timeout;
    this.handler = handler;
    transport.start(this::received);
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
    return transport.local();
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
            .withFirst(
                "Via",
                "SIP/2.0/" + transport.name() + " " + hostPort() + ";branch=" + branch + ";rport")
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
    if (answer.isDone() || closed) {
      return;
    }
    try {
      transport.send(datagram, to);
    } catch (IOException e) {
      answer.completeExceptionally(e);
      return;
    }
    if (transport instanceof TcpTransport) {
      return; // it is reliable
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
      transport.send(datagram, to);
    } catch (IOException e) {
      LOG.warn("{} not sent to {}", response.startLine(), to, e);
    }
  }

  private void received(byte[] message, InetSocketAddress from) {
    try {
      dispatch(SipMessage.parse(message, message.length), from);
    } catch (ParseException e) {
      LOG.warn("Not SIP, from {}: {}", from, e.getMessage());
    } catch (IOException e) {
      LOG.warn("Answering {} failed", from, e);
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
        transport.send(earlier, from);
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
    closed = true;
    transport.close();
    timers.shutdownNow();
    clients.values().forEach(answer -> answer.completeExceptionally(new IOException("closed")));
  }
}
