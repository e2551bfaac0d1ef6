package org.phonemirror.core.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.NoticeBoard;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Order;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upload relay. An order tells path, digest and recipients of a file that the phone would have
 * uploaded; the file is on the mirror, or will be when the mirror is repaired. It is copied out of
 * there as soon as it is the one that is meant, and then sent to each recipient.
 *
 * <pre>
 *   order ──> awaited ──file is on the mirror──> open ──every recipient has an end──> done
 *
 *   recipient:  waiting ──> sending ──> sent | failed
 *                  ^  │        │
 *                  │  └──> cancelled
 *                  └─────────┘ later
 * </pre>
 *
 * <p>Each recipient gets it once, whatever crashes, as far as its protocol can tell a repetition:
 * see {@link Outbox}, and docs/adr/0021-upload-relay.md for what can and cannot be promised.
 */
public final class UploadService implements MirrorService, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UploadService.class);
  private static final Duration TIDY = Duration.ofHours(1);

  private final UploadSettings settings;
  private final Clock clock;
  private final Outbox outbox;
  private final Vault vault;
  private final List<PlainHttp> clients = new ArrayList<>();
  private final PickUp pickUp;
  private final Dispatch dispatch;
  private final Reporter reporter;
  private final LongAdder cancelled = new LongAdder();
  private final Thread looker;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean closed;
  private Instant tidied = Instant.MIN;

  private UploadService(
      Path directory,
      UploadSettings settings,
      NoticeBoard board,
      Clock clock,
      Function<UploadService, Map<Recipient.Kind, Carrier>> carriers)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    Files.createDirectories(directory);
    this.outbox = Outbox.open(directory);
    try {
      this.vault = Vault.open(directory.resolve("files"), settings.limits(), outbox.contents());
    } catch (IOException | RuntimeException e) {
      outbox.close();
      throw e;
    }
    this.pickUp = new PickUp(settings, outbox, vault, clock);
    this.dispatch =
        new Dispatch(settings, outbox, vault::path, carriers.apply(this), pickUp::release, clock);
    this.reporter = new Reporter(outbox, board, clock);
    this.looker = new Thread(this::run, "upload-clock");
    looker.setDaemon(true);
  }

  /**
   * Opens the relay and goes on where it was.
   *
   * @param directory for itself alone, made if it is not there
   * @throws IOException if it can't be used
   */
  public static UploadService open(
      Path directory, UploadSettings settings, NoticeBoard board, Clock clock) throws IOException {
    return open(directory, settings, board, clock, UploadService::configured);
  }

  /** With other carriers. */
  static UploadService open(
      Path directory,
      UploadSettings settings,
      NoticeBoard board,
      Clock clock,
      Function<UploadService, Map<Recipient.Kind, Carrier>> carriers)
      throws IOException {
    UploadService service = new UploadService(directory, settings, board, clock, carriers);
    service.looker.start();
    return service;
  }

  private Map<Recipient.Kind, Carrier> configured() {
    Map<Recipient.Kind, Carrier> carriers = new EnumMap<>(Recipient.Kind.class);
    settings
        .mms()
        .ifPresent(
            mms ->
                carriers.put(
                    Recipient.Kind.MMS, new MmsCarrier(mms, client(mms.timeout()), clock)));
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    settings
        .mail()
        .ifPresent(mail -> carriers.put(Recipient.Kind.MAIL, new MailCarrier(mail, tls)));
    settings
        .web()
        .ifPresent(
            web ->
                carriers.put(
                    Recipient.Kind.WEB, new WebCarrier(web, client(web.timeout()), clock)));
    return carriers;
  }

  private PlainHttp client(Duration timeout) {
    PlainHttp client = new PlainHttp(timeout);
    clients.add(client);
    return client;
  }

  @Override
  public String name() {
    return "upload";
  }

  @Override
  public void settled(MirrorView mirror, ReplayedInterval interval, SettledStorage storage)
      throws MachineException {
    for (Order order : interval.orders()) {
      take(mirror, order);
    }
    List<Outbox.Awaited> awaited = outbox.awaited(mirror.subscriber());
    if (!awaited.isEmpty()) {
      pickUp.look(mirror, storage.tree(), awaited);
    }
    wanted.release();
  }

  private void take(MirrorView mirror, Order order) {
    Instant now = clock.instant();
    Impu subscriber = mirror.subscriber();
    try {
      switch (order.first("action").orElse("")) {
        case "send" -> take(mirror, Upload.of(order, settings.limits().recipients()), now);
        case "cancel" -> cancel(subscriber, order, now);
        default -> throw new WrongOrderException("field 'action' must be send or cancel");
      }
    } catch (WrongOrderException e) {
      refuse(subscriber, order.id(), Reason.WRONG_ORDER, e.getMessage());
    }
  }

  private void take(MirrorView mirror, Upload upload, Instant now) {
    Impu subscriber = mirror.subscriber();
    if (!mirror.profile().services().upload().allowed()) {
      refuse(subscriber, upload.id(), Reason.NOT_ALLOWED, "files are not sent for you");
    } else if (upload.size() > settings.limits().fileBytes()) {
      refuse(
          subscriber,
          upload.id(),
          Reason.TOO_BIG,
          upload.fileName()
              + " has "
              + upload.size()
              + " bytes, at most "
              + settings.limits().fileBytes()
              + " are sent");
    } else if (outbox.orders(subscriber) >= settings.limits().subscriberOrders()) {
      refuse(
          subscriber,
          upload.id(),
          Reason.QUOTA,
          settings.limits().subscriberOrders()
              + " of your uploads are under way: send "
              + upload.fileName()
              + " again when some have arrived");
    } else if (outbox.take(subscriber, upload, now, now.plus(settings.times().awaitMirror()))) {
      log.info("{} sends {} to {} recipients", subscriber, upload.id(), upload.recipients().size());
    }
  }

  private void refuse(Impu subscriber, long order, Reason reason, String text) {
    if (outbox.refuse(Report.failed(subscriber, order, reason, text), clock.instant())) {
      log.info("upload {} of {} is refused: {}", order, subscriber, reason);
    }
  }

  private void cancel(Impu subscriber, Order order, Instant now) throws WrongOrderException {
    long cancelledOrder;
    try {
      cancelledOrder = Long.parseLong(order.first("of").orElse(""));
    } catch (NumberFormatException e) {
      throw new WrongOrderException("field 'of' must be the id of the order to be cancelled");
    }
    Optional<Outbox.Spared> spared = outbox.cancel(subscriber, order.id(), cancelledOrder, now);
    dispatch.recall(subscriber, cancelledOrder);
    spared.ifPresent(
        those -> {
          cancelled.add(those.recipients());
          those.content().ifPresent(pickUp::release);
        });
  }

  @Override
  public void removed(Impu subscriber) {
    var contents = outbox.remove(subscriber);
    dispatch.recall(subscriber);
    contents.forEach(pickUp::release);
  }

  /** What it has done, and what is under way. */
  public UploadStats stats() {
    long oldest = outbox.oldest();
    return new UploadStats(
        outbox.awaited(),
        outbox.deliveries("waiting"),
        dispatch.sending(),
        vault.files(),
        vault.bytes(),
        dispatch.sent(),
        dispatch.failed() + pickUp.failed(),
        cancelled.sum(),
        dispatch.retries(),
        oldest == 0 ? Duration.ZERO : Duration.ofMillis(clock.millis() - oldest),
        dispatch.troubles());
  }

  private void run() {
    while (await()) {
      try {
        reporter.look();
        dispatch.look();
        tidy();
      } catch (RuntimeException e) {
        log.error("uploads do not go on for {}", settings.times().look(), e);
      }
    }
  }

  private void tidy() {
    Instant now = clock.instant();
    if (now.isAfter(tidied.plus(TIDY))) {
      tidied = now;
      outbox.forget(now.minus(settings.times().keepIds()));
    }
  }

  /** False if it is time to end. */
  private boolean await() {
    try {
      if (wanted.tryAcquire(settings.times().look().toMillis(), TimeUnit.MILLISECONDS)) {
        wanted.drainPermits();
      }
      return !closed;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Stops; what has not left is sent after the next start. */
  @Override
  public void close() {
    closed = true;
    wanted.release();
    try {
      looker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dispatch.close();
    clients.forEach(PlainHttp::close);
    outbox.close();
  }
}
