package org.phonemirror.core.download;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.phonemirror.core.download.fetch.FetchException;
import org.phonemirror.core.download.fetch.Fetcher;
import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.download.fetch.Resolver;
import org.phonemirror.core.download.fetch.Target;
import org.phonemirror.core.download.serve.FileSource;
import org.phonemirror.core.download.store.ContentStore;
import org.phonemirror.core.download.store.Download;
import org.phonemirror.core.download.store.StoreSettings;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.Order;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches files that subscribers order, and keeps them until their phones fetch them. Orders:
 *
 * <ul>
 *   <li>{@code action} {@code get}: {@code url}, perhaps {@code name}
 *   <li>{@code cancel}: {@code of}, the id of an order
 *   <li>{@code fetched}: {@code of}, {@code path}, {@code sha256}: the phone has stored the file in
 *       this interval, and its mirror is given the same
 * </ul>
 *
 * <p>Notices: {@code file-cached}, {@code file-failed}, {@code file-expired}.
 */
public final class DownloadService implements MirrorService, AutoCloseable {
  /** What orders call it. */
  public static final String NAME = "download";

  private static final Logger LOG = LoggerFactory.getLogger(DownloadService.class);
  private static final long TICK_SECONDS = 1;

  private final ContentStore store;
  private final Fetcher fetcher;
  private final Fetches fetches;
  private final Teller teller;
  private final ScheduledExecutorService timer;
  private volatile boolean started;

  /** What the service works with. */
  public record Ports(
      NoticeBoard notices,
      PhoneMessenger messenger,
      Resolver resolver,
      SSLSocketFactory tls,
      StoreSettings.FreeSpace free,
      Clock clock) {
    /** With the machine's resolver, trust store, disk and clock. */
    public static Ports of(
        DownloadSettings settings, NoticeBoard notices, PhoneMessenger messenger) {
      return new Ports(
          notices,
          messenger,
          Resolver.SYSTEM,
          (SSLSocketFactory) SSLSocketFactory.getDefault(),
          StoreSettings.FreeSpace.of(settings.store().directory()),
          Clock.systemUTC());
    }
  }

  /**
   * Opens the store. Orders are taken from now on, but nothing is fetched or told before {@link
   * #start}.
   */
  public DownloadService(DownloadSettings settings, Ports ports) throws IOException {
    store = ContentStore.open(settings.store(), ports.free(), ports.clock());
    fetcher = new Fetcher(settings.fetch(), ports.resolver(), ports.tls(), ports.clock());
    fetches = new Fetches(settings, store, fetcher, ports.clock(), this::tick);
    teller = new Teller(store, ports, new Notices(settings.publicUri()));
    timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "download-timer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to fetch, and goes on with what was under way when the server ended. */
  public void start() {
    started = true;
    Future<?> unused = timer.scheduleWithFixedDelay(this::tick, 0, TICK_SECONDS, TimeUnit.SECONDS);
  }

  /** Does what is due by the clock. */
  void tick() {
    if (!started) {
      return;
    }
    try {
      store.expire();
      fetches.pump();
      teller.tell();
    } catch (IOException | RuntimeException e) {
      LOG.error("the download cache is in trouble", e);
    }
  }

  /** What the file server gives to whoever has a token. */
  public FileSource files() {
    return new CachedFiles(store);
  }

  /**
   * What there is now, and what was done.
   *
   * @throws UncheckedIOException if the store can't be read
   */
  public DownloadStats stats() {
    ContentStore.Totals totals;
    try {
      totals = store.totals();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DownloadStats(
        totals.files(),
        totals.bytes(),
        totals.waiting(),
        fetches.running(),
        fetches.fetched(),
        fetches.retries(),
        teller.failures());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void replayed(MirrorView mirror, ReplayedInterval interval) throws MachineException {
    try {
      for (Order order : interval.orders()) {
        switch (order.first("action").orElse("")) {
          case "get" -> get(mirror, order);
          case "cancel" -> cancel(mirror, order);
          case "fetched" -> fetched(mirror, order, interval.endMicros());
          default ->
              refuse(mirror, order, Reason.BAD_ORDER, "an action must be get, cancel or fetched");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!interval.orders().isEmpty() && started) {
      tickSoon();
    }
  }

  private void tickSoon() {
    try {
      timer.execute(this::tick);
    } catch (RejectedExecutionException e) {
      // closed meanwhile: the orders are in the store, and are begun when it is opened again
    }
  }

  private void get(MirrorView mirror, Order order) throws IOException {
    ServicePolicies.Download policy = mirror.profile().services().download();
    if (policy.quotaBytes() == 0) {
      refuse(
          mirror,
          order,
          Reason.NOT_ALLOWED,
          "your subscription has no download cache; fetch it by the phone, or ask your operator");
      return;
    }
    try {
      Target target = Target.parse(order.first("url").orElse(""));
      store.accept(
          mirror.subscriber(), order.id(), target.uri().toString(), order.first("name"), policy);
    } catch (FetchException e) {
      refuse(mirror, order, e.reason(), e.getMessage());
    }
  }

  private void refuse(MirrorView mirror, Order order, Reason reason, String text)
      throws IOException {
    store.refuse(
        mirror.subscriber(),
        order.id(),
        order.first("url").orElse(""),
        mirror.profile().services().download(),
        new Download.Failure(reason, text));
  }

  private void cancel(MirrorView mirror, Order order) throws IOException {
    Optional<Long> of = of(order);
    if (of.isEmpty()) {
      refuse(mirror, order, Reason.BAD_ORDER, "to cancel, 'of' must be the id of an order");
      return;
    }
    for (long idle : store.cancel(mirror.subscriber(), of.get()).stream().toList()) {
      fetches.drop(idle);
    }
  }

  private static Optional<Long> of(Order order) {
    try {
      return order.first("of").map(Long::parseLong);
    } catch (NumberFormatException e) {
      return Optional.empty(); // no order has such an id
    }
  }

  /**
   * Each time that the interval comes, since the mirror is then as it was before. Where nothing can
   * be written the mirror is made equal by repair.
   */
  private void fetched(MirrorView mirror, Order order, long micros)
      throws IOException, MachineException {
    String path = order.first("path").orElse("");
    if (!MirrorCopy.isPlain(path)) {
      refuse(mirror, order, Reason.BAD_ORDER, "'path' must be below the top of user storage");
      return;
    }
    Optional<Download> download =
        of(order).isPresent() ? store.find(mirror.subscriber(), of(order).get()) : Optional.empty();
    Optional<Download.CachedFile> file =
        download.filter(d -> d.state() == Download.State.CACHED).flatMap(Download::file);
    if (file.isEmpty()) {
      LOG.info("{}: the file of order {} is left to repair", mirror.subscriber(), order.id());
    } else if (!order
        .first("sha256")
        .orElse("")
        .toLowerCase(Locale.ROOT)
        .equals(file.get().digest())) {
      refuse(
          mirror,
          order,
          Reason.WRONG_CONTENT,
          "what the phone has stored is not "
              + file.get().name()
              + "; fetch it again from the mirror server");
    } else {
      List<String> refused = new MirrorCopy(mirror, path, micros).write(store.path(file.get()));
      if (!refused.isEmpty()) {
        LOG.warn("{}: {} is left to repair: {}", mirror.subscriber(), path, refused);
      }
    }
  }

  @Override
  public void removed(Impu subscriber) {
    try {
      for (long idle : store.remove(subscriber)) {
        fetches.drop(idle);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    started = false;
    timer.shutdown();
    fetches.close();
    fetcher.close();
    Closing.await(timer);
    store.close();
  }
}
