package org.phonemirror.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * The wire format: one byte of version and kind, then the fields in the order of the records;
 * numbers as varints, texts as length and UTF-8, the events as {@link EventCodec} packs them. A
 * message whose version is not ours, that ends early or late, or breaks a limit is refused whole.
 *
 * <p>Batches with answers or orders, acknowledgements with asks, and boots that tell the phone's
 * software are kinds of their own: without them nothing of repair, services and versions is on the
 * wire, and phones that know nothing of it are understood.
 */
public final class SyncCodec {
  /** Version of the format; a server reads just its own. */
  public static final int VERSION = 1;

  private static final int BOOT = 1;
  private static final int BATCH = 2;
  private static final int SHUTDOWN = 3;
  private static final int ACKNOWLEDGEMENT = 4;
  private static final int BATCH_WITH_MORE = 5;
  private static final int ACKNOWLEDGEMENT_WITH_ASKS = 6;
  private static final int BOOT_WITH_SOFTWARE = 7;

  private SyncCodec() {}

  /**
   * Encodes a message of the phone.
   *
   * @throws IllegalArgumentException if it is longer than {@link Limits#MAX_MESSAGE_BYTES}: a
   *     client closes the interval before it gets there
   */
  public static byte[] encode(SyncMessage message) {
    BitWriter out = new BitWriter();
    // the fields of the three kinds stand in the order of their records
    if (message instanceof Boot boot) {
      boolean told = !boot.software().isEmpty();
      int kind = told ? BOOT_WITH_SOFTWARE : BOOT;
      head(out, kind, boot.sequence(), boot.bootId(), boot.timeMicros());
      out.text(boot.model());
      if (told) {
        out.text(boot.software());
      }
    } else if (message instanceof Batch batch) {
      boolean more = !batch.answers().isEmpty() || !batch.orders().isEmpty();
      int kind = more ? BATCH_WITH_MORE : BATCH;
      head(out, kind, batch.sequence(), batch.bootId(), batch.startMicros());
      out.varint(batch.lengthMicros());
      out.varint(batch.lost());
      digest(out, batch.digest());
      EventCodec.write(out, batch.startMicros(), batch.events());
      if (more) {
        RepairCodec.writeAnswers(out, batch.answers());
        out.varint(batch.orders().size());
        batch.orders().forEach(order -> write(out, order));
      }
    } else if (message instanceof Shutdown shutdown) {
      head(out, SHUTDOWN, shutdown.sequence(), shutdown.bootId(), shutdown.timeMicros());
      digest(out, shutdown.digest());
    }
    byte[] bytes = out.toByteArray();
    if (bytes.length > Limits.MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "message has " + bytes.length + " bytes, at most " + Limits.MAX_MESSAGE_BYTES);
    }
    return bytes;
  }

  /** Decodes a message of the phone. */
  public static SyncMessage decode(byte[] bytes) throws MalformedMessageException {
    BitReader in = open(bytes);
    int kind = (int) in.bits(4);
    try {
      SyncMessage message =
          switch (kind) {
            case BOOT -> new Boot(in.varint(), in.bits(32), in.varint(), model(in));
            case BOOT_WITH_SOFTWARE ->
                new Boot(
                    in.varint(),
                    in.bits(32),
                    in.varint(),
                    model(in),
                    in.text("software", Limits.MAX_TEXT_BYTES));
            case BATCH -> batch(in, false);
            case BATCH_WITH_MORE -> batch(in, true);
            case SHUTDOWN -> new Shutdown(in.varint(), in.bits(32), in.varint(), digest(in));
            default ->
                throw new MalformedMessageException(
                    "kind of message is " + kind + ", which is none");
          };
      in.end();
      return message;
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  private static String model(BitReader in) throws MalformedMessageException {
    return in.text("phone model", Limits.MAX_TEXT_BYTES);
  }

  /** Encodes an answer of the server. */
  public static byte[] encode(Acknowledgement acknowledgement) {
    BitWriter out = new BitWriter();
    out.bits(VERSION, 4);
    boolean asks = !acknowledgement.asks().isEmpty();
    out.bits(asks ? ACKNOWLEDGEMENT_WITH_ASKS : ACKNOWLEDGEMENT, 4);
    out.varint(acknowledgement.status().number());
    out.varint(acknowledgement.expected());
    out.text(acknowledgement.detail());
    out.varint(acknowledgement.notices().size());
    for (Notice notice : acknowledgement.notices()) {
      out.text(notice.topic());
      writeFields(out, notice.fields());
    }
    if (asks) {
      RepairCodec.writeAsks(out, acknowledgement.asks());
    }
    return out.toByteArray();
  }

  /** Decodes an answer of the server. */
  public static Acknowledgement decodeAcknowledgement(byte[] bytes)
      throws MalformedMessageException {
    BitReader in = open(bytes);
    int kind = (int) in.bits(4);
    if (kind != ACKNOWLEDGEMENT && kind != ACKNOWLEDGEMENT_WITH_ASKS) {
      throw new MalformedMessageException("kind of message is " + kind + ", not an answer");
    }
    try {
      Acknowledgement.Status status = Acknowledgement.Status.of(in.count("status", 255));
      long expected = in.varint();
      String detail = in.text("detail", Limits.MAX_TEXT_BYTES);
      int count = in.count("number of notices", Limits.MAX_NOTICES);
      List<Notice> notices = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        notices.add(new Notice(in.text("topic", Limits.MAX_NAME_BYTES), readFields(in)));
      }
      List<Ask> asks = kind == ACKNOWLEDGEMENT_WITH_ASKS ? RepairCodec.readAsks(in) : List.of();
      in.end();
      return new Acknowledgement(status, expected, detail, notices, asks);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  /** How many bytes an ask takes on the wire, rounded up. */
  public static int length(Ask ask) {
    BitWriter out = new BitWriter();
    RepairCodec.write(out, ask);
    return out.toByteArray().length;
  }

  /** How many bytes an answer takes on the wire, rounded up. */
  public static int length(Answer answer) {
    BitWriter out = new BitWriter();
    RepairCodec.write(out, answer);
    return out.toByteArray().length;
  }

  /** How many bytes an entry of an answer takes on the wire, rounded up. */
  public static int length(Answer.Entry entry) {
    BitWriter out = new BitWriter();
    RepairCodec.write(out, entry);
    return out.toByteArray().length;
  }

  /** How many bytes an order takes on the wire, rounded up. */
  public static int length(Order order) {
    BitWriter out = new BitWriter();
    write(out, order);
    return out.toByteArray().length;
  }

  /** How many bytes a notice takes on the wire, at most. */
  public static int length(Notice notice) {
    return Order.length(notice.topic(), notice.fields());
  }

  private static void write(BitWriter out, Order order) {
    out.varint(order.id());
    out.text(order.service());
    writeFields(out, order.fields());
  }

  private static Order readOrder(BitReader in) throws MalformedMessageException {
    return new Order(in.varint(), in.text("service", Limits.MAX_NAME_BYTES), readFields(in));
  }

  static void writeFields(BitWriter out, List<Field> fields) {
    out.varint(fields.size());
    for (Field field : fields) {
      out.text(field.name());
      out.text(field.value());
    }
  }

  private static List<Field> readFields(BitReader in) throws MalformedMessageException {
    List<Field> fields = new ArrayList<>();
    for (int n = in.count("number of fields", Limits.MAX_FIELDS); n > 0; n--) {
      fields.add(
          new Field(
              in.text("field name", Limits.MAX_NAME_BYTES),
              in.text("field", Limits.MAX_PATH_BYTES)));
    }
    return fields;
  }

  static BitReader open(byte[] bytes) throws MalformedMessageException {
    if (bytes.length > Limits.MAX_MESSAGE_BYTES) {
      throw new MalformedMessageException(
          "message has " + bytes.length + " bytes, at most " + Limits.MAX_MESSAGE_BYTES);
    }
    BitReader in = new BitReader(bytes);
    int version = (int) in.bits(4);
    if (version != VERSION) {
      throw new MalformedMessageException(
          "protocol version is " + version + ", this side speaks " + VERSION);
    }
    return in;
  }

  private static void head(BitWriter out, int kind, long sequence, long bootId, long timeMicros) {
    out.bits(VERSION, 4);
    out.bits(kind, 4);
    out.varint(sequence);
    out.bits(bootId, 32);
    out.varint(timeMicros);
  }

  private static Batch batch(BitReader in, boolean more) throws MalformedMessageException {
    long sequence = in.varint();
    long bootId = in.bits(32);
    long start = in.varint();
    long length = in.varint();
    long lost = in.varint();
    StorageDigest digest = digest(in);
    Batch batch =
        new Batch(sequence, bootId, start, length, EventCodec.read(in, start), lost, digest);
    if (!more) {
      return batch;
    }
    batch = batch.withAnswers(RepairCodec.readAnswers(in));
    List<Order> orders = new ArrayList<>();
    for (int n = in.count("number of orders", Limits.MAX_ORDERS); n > 0; n--) {
      orders.add(readOrder(in));
    }
    return batch.withOrders(orders);
  }

  static void digest(BitWriter out, StorageDigest digest) {
    out.bytes(digest.root());
    out.varint(digest.files());
    out.varint(digest.bytes());
    out.varint(digest.unsettled().size());
    digest.unsettled().forEach(out::text);
  }

  static StorageDigest digest(BitReader in) throws MalformedMessageException {
    byte[] root = in.bytes(StorageDigest.ROOT_BYTES);
    long files = in.varint();
    long bytes = in.varint();
    int count = in.count("number of unsettled paths", Limits.MAX_UNSETTLED);
    List<String> unsettled = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      unsettled.add(in.text("unsettled path", Limits.MAX_PATH_BYTES));
    }
    return new StorageDigest(root, files, bytes, unsettled);
  }
}
