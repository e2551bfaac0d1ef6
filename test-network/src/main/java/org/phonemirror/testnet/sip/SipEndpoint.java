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
 * A socket with the transactions of RFC 3261 §17: over UDP, requests are sent again until they are
 * answered, and a request that comes again gets the same answer. Answers to INVITE are not sent
 * again by themselves: nothing is lost between here and there.
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
  private final Map<String, Client> clients = new ConcurrentHashMap<>();

  /** A request that waits for its final answer. */
  private static final class Client {
    private final SipMessage request;
    private final InetSocketAddress to;
    private final CompletableFuture<SipMessage> answer = new CompletableFuture<>();
    private volatile boolean proceeding;

    Client(SipMessage request, InetSocketAddress to) {
      this.request = request;
      this.to = to;
    }

    /** A provisional answer ends the sending again of an INVITE (RFC 3261 §17.1.1.2). */
    boolean isQuiet() {
      return answer.isDone() || (proceeding && request.method().equals("INVITE"));
    }
  }

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
    Client client = new Client(withVia(request, branch), to);
    clients.put(branch, client);
    transmit(client, T1_MILLIS);
    return client
        .answer
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((response, failure) -> clients.remove(branch))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new IOException(
                        "no final answer from " + to + " to " + request.startLine(), failure)));
  }

  /** Sends the ACK of a 2xx, which is a request that nothing answers (RFC 3261 §13.2.2.4). */
  public void acknowledge(SipMessage ack, InetSocketAddress to) throws IOException {
    transport.send(withVia(ack, "z9hG4bK" + token()).encode(), to);
  }

  private SipMessage withVia(SipMessage request, String branch) {
    return request.withFirst(
        "Via", "SIP/2.0/" + transport.name() + " " + hostPort() + ";branch=" + branch + ";rport");
  }

  private void transmit(Client client, long wait) {
    if (client.isQuiet() || closed) {
      return;
    }
    try {
      transport.send(client.request.encode(), client.to);
    } catch (IOException e) {
      client.answer.completeExceptionally(e);
      return;
    }
    if (transport instanceof TcpTransport) {
      return; // it is reliable
    }
    var unused =
        timers.schedule(
            () -> transmit(client, Math.min(2 * wait, T2_MILLIS)), wait, TimeUnit.MILLISECONDS);
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
    Client client = clients.get(message.branch());
    if (client != null && message.status() >= 200) {
      if (client.request.method().equals("INVITE") && message.status() >= 300) {
        transport.send(refused(client.request, message).encode(), client.to);
      }
      client.answer.complete(message);
    } else if (client != null) {
      client.proceeding = true;
    }
  }

  /** The ACK of an INVITE that was refused belongs to the INVITE (RFC 3261 §17.1.1.3). */
  private static SipMessage refused(SipMessage invite, SipMessage answer) {
    SipMessage ack =
        SipMessage.request("ACK", invite.startLine().split(" ", -1)[1])
            .with("Via", invite.value("Via").orElseThrow());
    for (String name : java.util.List.of("Route", "From", "Call-ID", "Max-Forwards")) {
      for (String value : invite.values(name)) {
        ack = ack.with(name, value);
      }
    }
    return ack.with("To", answer.value("To").orElse(""))
        .with("CSeq", invite.value("CSeq").orElseThrow().replace("INVITE", "ACK"));
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
    clients
        .values()
        .forEach(client -> client.answer.completeExceptionally(new IOException("closed")));
  }
}
