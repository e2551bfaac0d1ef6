package org.phonemirror.testnet.sgsn;

import java.io.IOException;
import java.net.Inet4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.testnet.gtp.ContextRequest;
import org.phonemirror.testnet.gtp.PdpContext;
import org.phonemirror.testnet.s6d.SubscriptionData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attaches phones: asks the HSS what they may do, and opens a context on each of their access
 * points.
 *
 * <p>The traffic of a subscriber whom the HSS gives the access point {@code mirror} is copied to
 * the mirror server: all his contexts, as datagrams of GTP-U and of GTP-C just as they are between
 * SGSN and GGSN. A change at the HSS (IDR) turns the copy on or off at once. When it is turned on,
 * and every {@link #ANNOUNCEMENTS} from then on, the messages that opened the contexts are copied
 * (again), so that a mirror server that comes to know of them late, or was restarted, can tell
 * whose packets it gets.
 */
public final class PacketSgsn implements AutoCloseable {
  /** How often open contexts whose traffic is copied are announced. */
  public static final Duration ANNOUNCEMENTS = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(PacketSgsn.class);
  private static final long ATTACH_SECONDS = 10;

  private final Sgsn sgsn;
  private final Gateway gateway;
  private final Inet4Address address;
  private final List<AccessPoint> accessPoints;
  private final Teids teids;
  private final TrafficCopy copy;
  private final Map<String, AttachedPhone> attached = new ConcurrentHashMap<>();
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "sgsn");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Serves phones from now on.
   *
   * @param sgsn its side towards the HSS; closed with this
   * @param gateway who opens contexts; closed with this
   * @param address the SGSN's towards the GGSN
   * @param copy towards the mirror server; closed with this
   */
  public PacketSgsn(
      Sgsn sgsn,
      Gateway gateway,
      Inet4Address address,
      List<AccessPoint> accessPoints,
      Teids teids,
      TrafficCopy copy) {
    this.sgsn = sgsn;
    this.gateway = gateway;
    this.address = address;
    this.accessPoints = List.copyOf(accessPoints);
    this.teids = teids;
    this.copy = copy;
    sgsn.tell(
        new Sgsn.Listener() {
          @Override
          public void changed(String imsi, SubscriptionData data) {
            attached(imsi).ifPresent(PacketSgsn.this::follow);
          }

          @Override
          public void cancelled(String imsi) {
            worker.execute(() -> detach(imsi));
          }
        });
    var unused =
        worker.scheduleAtFixedRate(
            () -> attached.values().forEach(AttachedPhone::announce),
            ANNOUNCEMENTS.toMillis(),
            ANNOUNCEMENTS.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Its side towards the HSS. */
  public Sgsn hssSide() {
    return sgsn;
  }

  /** What goes to the mirror server. */
  public TrafficCopy copy() {
    return copy;
  }

  /** The contexts of a phone; none if it is not attached. */
  public List<PdpContext> contexts(String imsi) {
    return attached(imsi).stream()
        .flatMap(phone -> phone.contexts().stream())
        .map(AttachedPhone.Open::context)
        .toList();
  }

  /** What a phone has sent and received since it was attached. */
  public DataVolume volume(String imsi) {
    return attached(imsi).map(AttachedPhone::volume).orElse(DataVolume.NONE);
  }

  Optional<AttachedPhone> attached(String imsi) {
    return Optional.ofNullable(attached.get(imsi));
  }

  /**
   * A phone is switched on: attaches it and opens its contexts. One that is attached already is
   * detached before.
   *
   * @throws IOException if the HSS or the GGSN refuses it or does not answer; it is not attached
   *     then
   */
  public synchronized void attach(String imsi) throws IOException {
    detach(imsi);
    SubscriptionData data = subscription(imsi);
    Set<String> allowed = new HashSet<>();
    data.contexts().forEach(context -> allowed.add(context.apn()));
    List<AttachedPhone.Open> open = new ArrayList<>();
    try {
      for (AccessPoint accessPoint : accessPoints) {
        if (allowed.contains(accessPoint.apn())) {
          open.add(
              new AttachedPhone.Open(accessPoint, gateway.open(request(imsi, data, accessPoint))));
        }
      }
      if (open.isEmpty()) {
        throw new IOException(imsi + " is subscribed to no access point that is there");
      }
    } catch (IOException | RuntimeException e) {
      close(new AttachedPhone(imsi, open, copy));
      throw e;
    }
    AttachedPhone phone = new AttachedPhone(imsi, open, copy);
    attached.put(imsi, phone);
    follow(phone);
  }

  /** Copies or not, as the HSS says by now. */
  private void follow(AttachedPhone phone) {
    phone.copy(
        () -> sgsn.subscription(phone.imsi()).filter(SubscriptionData::isMirrored).isPresent());
  }

  private SubscriptionData subscription(String imsi) throws IOException {
    try {
      return sgsn.attach(imsi).toCompletableFuture().get(ATTACH_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the HSS does not answer about " + imsi, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private ContextRequest request(String imsi, SubscriptionData data, AccessPoint accessPoint) {
    return new ContextRequest(
        imsi,
        data.msisdn(),
        accessPoint.nsapi(),
        accessPoint.apn(),
        teids.next(),
        teids.next(),
        address);
  }

  /** A phone is switched off: closes its contexts. Does nothing if it is not attached. */
  public void detach(String imsi) {
    AttachedPhone phone = attached.remove(imsi);
    if (phone != null) {
      close(phone);
    }
  }

  private void close(AttachedPhone phone) {
    for (AttachedPhone.Open open : phone.contexts()) {
      try {
        phone.closed(gateway.close(open.context()));
      } catch (IOException e) {
        LOG.warn("a context of {} is not closed: {}", phone.imsi(), e.getMessage());
      }
    }
  }

  /** Detaches all phones and leaves the network. */
  @Override
  public void close() {
    sgsn.tell(Sgsn.Listener.NOBODY);
    worker.shutdownNow();
    List.copyOf(attached.keySet()).forEach(this::detach);
    try {
      gateway.close();
      copy.close();
    } catch (IOException e) {
      LOG.warn("the SGSN's sockets are not closed: {}", e.getMessage());
    }
    sgsn.close();
  }
}
