package org.phonemirror.client.services;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.SynClientListener;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.FileServices;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the phone's owner and apps do with the services of the mirror server. An order is durable
 * when its future is done, and then reaches the server with the batch of a coming interval,
 * whatever happens to the network or the phone. Orders that can't be given complete exceptionally,
 * with a text that says what to do.
 *
 * <p>These methods may be called on any thread; futures are completed on the engine's. What the
 * engine itself calls is in {@link EngineSide}.
 */
public final class ClientServices {
  private static final Logger LOG = LoggerFactory.getLogger(ClientServices.class);

  private final Executor engine;
  private final PhoneClock clock;
  private final UserFiles files;
  private final OrderBox box;
  private final NoticeLog notices;
  private final Fetches fetches;
  private final Reactions reactions;
  private final ServicesConfig config;
  private final SynClientListener listener;
  private final EngineSide engineSide = new EngineSide();
  private FileServices settings = FileServices.USUAL;
  private boolean misplaced;
  private boolean toldMisplaced;

  private interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Opens what earlier runs left behind.
   *
   * @param engine runs tasks one at a time, and has the last word on when a batch is made
   * @throws IOException if the state directory can't be used
   */
  public ClientServices(
      ServicesConfig config, PhoneClock clock, Executor engine, SynClientListener listener)
      throws IOException {
    this.config = config;
    this.engine = engine;
    this.clock = clock;
    this.listener = listener;
    this.files = new UserFiles(config.userStorage());
    Path state = config.stateDirectory();
    this.box = OrderBox.open(new EntryFile(state.resolve("orders")));
    this.notices = NoticeLog.open(new EntryFile(state.resolve("notices")));
    this.reactions =
        new Reactions(
            box,
            notices,
            new Quarantine(files, config.privateStorage().resolve("quarantine")),
            clock,
            listener);
    this.fetches =
        new Fetches(
            new EntryFile(state.resolve("files")),
            config.privateStorage().resolve("fetching"),
            new DownloadFolder(config.userStorage()),
            config.conditions(),
            config.retry(),
            clock,
            engine,
            reactions);
  }

  /** What the engine tells and asks; call it on the engine's thread alone. */
  public EngineSide engineSide() {
    return engineSide;
  }

  /** A number for an order that none has. */
  public static long newId() {
    return Ids.random();
  }

  /**
   * Gives an order.
   *
   * @param id from {@link #newId}; an order that has been given changes nothing when given again
   * @return its id
   */
  public CompletableFuture<Long> order(long id, String service, List<Field> fields) {
    return once(id, () -> give(id, service, fields, clock.wallMicros()));
  }

  /** Orders a download; the server tells when it has it. The name may be empty. */
  public CompletableFuture<Long> get(long id, String url, String name) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field("action", "get"));
    fields.add(new Field("url", url));
    if (!name.isEmpty()) {
      fields.add(new Field("name", name));
    }
    return order(id, Reactions.DOWNLOAD, fields);
  }

  /** Whether a file of this length is to be sent by the mirror server, and not by the phone. */
  public CompletableFuture<Boolean> sends(long bytes) {
    return onEngine(() -> settings.upload() && bytes >= settings.uploadThreshold());
  }

  /**
   * Orders that the mirror sends a file as it is now.
   *
   * @param to {@code mailto:}, {@code mms:}, {@code http:} or {@code https:} addresses
   */
  public CompletableFuture<Long> send(
      long id, Path file, String subject, String text, List<String> to) {
    return once(
        id,
        () -> {
          if (!settings.upload()) {
            throw new OrderException(
                OrderException.Reason.NO_UPLOADS,
                "the operator does not send files for you; send it yourself");
          }
          Uploads upload = Uploads.order(files, file, subject, text, to);
          return give(id, Reactions.UPLOAD, upload.fields(), upload.from(clock.wallMicros()));
        });
  }

  /** Orders a scan; of all of user storage, if no paths are given. */
  public CompletableFuture<Long> scan(long id, List<Path> paths, boolean quarantine) {
    return once(
        id,
        () -> {
          List<Field> fields = new ArrayList<>();
          fields.add(new Field("action", "scan"));
          for (Path path : paths) {
            String name = files.name(path);
            if (!name.isEmpty()) {
              fields.add(new Field("path", name));
            }
          }
          fields.add(new Field("on-finding", quarantine ? "quarantine" : "report"));
          return give(id, Reactions.ANTIVIRUS, fields, clock.wallMicros());
        });
  }

  /**
   * Cancels a download or an upload; one that has not left the phone never will.
   *
   * @param id its last digits, as many as tell it from the others that are remembered
   */
  public CompletableFuture<Void> cancel(String id) {
    return onEngine(
        () -> {
          Entry meant = find(id);
          if (box.waits(meant.key())) {
            box.withdraw(meant.key());
          } else {
            give(
                Ids.random(),
                meant.name(),
                List.of(new Field("action", "cancel"), new Field("of", "" + meant.key())),
                clock.wallMicros());
          }
          fetches.forget("" + meant.key());
          return null;
        });
  }

  private Entry find(String id) throws IOException {
    List<Entry> meant = new ArrayList<>();
    for (Entry entry : box.known()) {
      boolean cancellable =
          entry.first("action").filter(a -> a.equals("get") || a.equals("send")).isPresent();
      if (cancellable && Long.toString(entry.key()).endsWith(id)) {
        meant.add(entry);
      }
    }
    if (meant.size() != 1) {
      throw meant.isEmpty()
          ? new OrderException(
              OrderException.Reason.UNKNOWN_ORDER, "no download or upload has the number " + id)
          : new OrderException(
              OrderException.Reason.SEVERAL_ORDERS, "more than one has the number " + id);
    }
    return meant.get(0);
  }

  /**
   * Fetches a file now that the server has, or all of them, whatever it costs.
   *
   * @param id last digits of the order's number; empty for all
   * @return how many are fetched now
   */
  public CompletableFuture<Integer> fetch(String id) {
    return onEngine(
        () -> {
          int count = 0;
          for (Entry file : fetches.known()) {
            String order = file.first(Notice.ORDER).orElse("");
            if (order.endsWith(id)) {
              count += fetches.want(Optional.of(order));
            }
          }
          engineSide.look();
          return count;
        });
  }

  /** The notices that the phone remembers, oldest first. */
  public CompletableFuture<List<Told>> notices() {
    return onEngine(
        () -> {
          List<Told> told = new ArrayList<>();
          for (Entry entry : notices.all()) {
            told.add(new Told(at(entry), NoticeLog.notice(entry)));
          }
          return told;
        });
  }

  /** The orders that the phone remembers, oldest first, sent or not. */
  public CompletableFuture<List<Order>> orders() {
    return given().thenApply(all -> all.stream().map(Given::order).collect(Collectors.toList()));
  }

  /** The same with the times when they were given. */
  public CompletableFuture<List<Given>> given() {
    return onEngine(
        () -> {
          List<Given> given = new ArrayList<>();
          for (Entry entry : box.known()) {
            given.add(new Given(at(entry), new Order(entry.key(), entry.name(), entry.fields())));
          }
          return given;
        });
  }

  private static Instant at(Entry entry) {
    return Instant.EPOCH.plus(entry.micros(), ChronoUnit.MICROS);
  }

  /** Tells the owner something as if a service had; for what can't be told where it was asked. */
  public void tell(String topic, String text) {
    engine.execute(
        () ->
            reactions.tell(
                new Notice(
                    topic,
                    List.of(
                        new Field("at", clock.wall().instant().toString()),
                        new Field(Notice.TEXT, Reactions.clip(text))))));
  }

  private CompletableFuture<Long> once(long id, Work<Long> giving) {
    return onEngine(() -> box.knows(id) ? Long.valueOf(id) : giving.run());
  }

  private long give(long id, String service, List<Field> fields, long micros) throws IOException {
    Order order;
    try {
      order = new Order(id, service, fields);
    } catch (IllegalArgumentException e) {
      throw new OrderException(
          OrderException.Reason.NOT_AN_ORDER, "an order can't be that: " + e.getMessage(), e);
    }
    box.add(order, micros);
    return order.id();
  }

  private <T> CompletableFuture<T> onEngine(Work<T> work) {
    CompletableFuture<T> future = new CompletableFuture<>();
    engine.execute(
        () -> {
          try {
            future.complete(work.run());
          } catch (IOException | RuntimeException e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  /** What the engine tells and asks. */
  public final class EngineSide {
    private EngineSide() {}

    /** There are new settings. */
    public void settings(FileServices fresh, StorageScope scope) {
      settings = fresh;
      Path storage = config.userStorage().toAbsolutePath().normalize();
      Path own = config.privateStorage().toAbsolutePath().normalize();
      misplaced = own.startsWith(storage) && scope.covers(storage.relativize(own).toString());
      try {
        fetches.setServer(FileServer.trusting(fresh.certificate()));
      } catch (IllegalArgumentException e) {
        listener.warning("files are fetched as before: " + e.getMessage());
      }
    }

    /** The session has begun and user storage is there; first of all, what a kill has cut short. */
    public void sessionStarted() {
      fetches.start();
      reactions.start();
      look();
    }

    /** The session is over; user storage is left alone. */
    public void sessionEnded() {
      fetches.stop();
      reactions.stop();
    }

    /** Some time has passed. */
    public void look() {
      try {
        work();
      } catch (RuntimeException e) {
        LOG.error("services are in trouble, and batches go on without them", e);
      }
    }

    private void work() {
      if (misplaced) {
        if (!toldMisplaced && !notices.pending().isEmpty()) {
          toldMisplaced = true;
          listener.warning(
              config.privateStorage()
                  + " counts as user storage: nothing is fetched or quarantined until the phone's"
                  + " model excludes it (storage.exclude)");
        }
      } else {
        reactions.act(fetches);
        fetches.look();
      }
    }

    /** Whether no order waits. */
    public boolean isIdle() {
      return box.isEmpty();
    }

    /**
     * Orders for a batch; they stay until {@link #sent}.
     *
     * @param endMicros of its interval
     * @param room how many bytes its message still holds
     */
    public List<Order> orders(long endMicros, int room) {
      return box.fitting(endMicros, clock.wallMicros(), room);
    }

    /** They are in the queue, durably. */
    public void sent(List<Order> orders) {
      if (!orders.isEmpty()) {
        box.sent(orders);
      }
    }

    /** The server has refused the message that they were on. */
    public void refused(List<Order> orders) throws IOException {
      for (Order order : box.refused(orders)) {
        reactions.tell(
            new Notice(
                "order-failed",
                List.of(
                    new Field(Notice.ORDER, "" + order.id()),
                    new Field(Reactions.REASON, "bad-order"),
                    new Field(Notice.TEXT, "the server can't read this order; give it anew"))));
      }
    }

    /** Notices have come. */
    public void notices(List<Notice> come) {
      try {
        reactions.remember(come);
      } catch (RuntimeException e) {
        LOG.error("notices can't be told", e);
      }
      look();
    }

    /** Ends; what is on its way is taken up at the next start. */
    public void close() {
      fetches.close();
    }
  }
}
