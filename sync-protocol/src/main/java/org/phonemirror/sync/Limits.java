package org.phonemirror.sync;

/**
 * Every limit of the protocol, in one place. A message beyond one of them is refused, never cut.
 */
public final class Limits {
  /** Longest encoded message, in bytes; CoAP carries it block by block (RFC 7959). */
  public static final int MAX_MESSAGE_BYTES = 256 * 1024;

  /** Most input events in one batch. A person's 10 minutes of steady touch are about 60,000. */
  public static final int MAX_EVENTS = 65_536;

  /** Longest synchronization interval, in microseconds: one day. */
  public static final long MAX_INTERVAL_MICROS = 24L * 3600 * 1_000_000;

  /** Shortest synchronization interval that a phone may be set to, in microseconds: one second. */
  public static final long MIN_INTERVAL_MICROS = 1_000_000;

  /** Input devices are numbered from 0 in the order of the phone model. */
  public static final int MAX_DEVICE = 15;

  /** Highest evdev type ({@code EV_MAX}, linux/input-event-codes.h). */
  public static final int MAX_EVENT_TYPE = 0x1f;

  /** Highest evdev code ({@code KEY_MAX}, linux/input-event-codes.h). */
  public static final int MAX_EVENT_CODE = 0x2ff;

  /** Most unsettled paths that a digest names; beyond it the digest names their directories. */
  public static final int MAX_UNSETTLED = 64;

  /** Longest path in user storage, in bytes of UTF-8 ({@code PATH_MAX}, linux/limits.h). */
  public static final int MAX_PATH_BYTES = 4096;

  /** Longest name in a directory, in bytes of UTF-8, with room for names that are not UTF-8. */
  public static final int MAX_NAME_BYTES = 1024;

  /** Longest other text (phone model, detail), in bytes of UTF-8. */
  public static final int MAX_TEXT_BYTES = 1024;

  /** Most fields of an order or a notice: a file goes to about a hundred recipients. */
  public static final int MAX_FIELDS = 128;

  /** Most orders in one batch; the rest wait for the next. */
  public static final int MAX_ORDERS = 16;

  /** Longest order, in bytes on the wire. */
  public static final int MAX_ORDER_BYTES = 8 * 1024;

  /** Longest notice, in bytes on the wire. */
  public static final int MAX_NOTICE_BYTES = 8 * 1024;

  /** Most notices in one acknowledgement; the rest wait for the next. */
  public static final int MAX_NOTICES = 32;

  /** Most messages that a client keeps while the server cannot be reached. */
  public static final int MAX_QUEUED_MESSAGES = 4096;

  /** Most asks in one acknowledgement; the rest wait for the next. */
  public static final int MAX_ASKS = 64;

  /** Most answers to them in one batch. */
  public static final int MAX_ANSWERS = 64;

  /** Most entries of a tree that an ask tells of. */
  public static final int MAX_KNOWN_ENTRIES = 65_536;

  /** Most entries of a tree that an answer tells. */
  public static final int MAX_TOLD_ENTRIES = 65_536;

  /** Longest file that is repaired, in bytes. */
  public static final long MAX_FILE_BYTES = 1L << 30;

  /** Smallest repair budget, in bytes per interval: an ask with a long path fits. */
  public static final int MIN_REPAIR_BUDGET = 1024;

  /** The repair budget of whoever sets none, in bytes per interval. */
  public static final int DEFAULT_REPAIR_BUDGET = 16 * 1024;

  /** Largest repair budget: what a message can hold. */
  public static final int MAX_REPAIR_BUDGET = MAX_MESSAGE_BYTES;

  /** Most patterns of a {@link StorageScope}. */
  public static final int MAX_PATTERNS = 64;

  /** Longest encoded manifest of a phone that is copied, in bytes: some 300,000 chunks. */
  public static final int MAX_CLONE_MANIFEST_BYTES = 16 * 1024 * 1024;

  /** Most entries of a user storage that is copied. */
  public static final int MAX_CLONE_ENTRIES = 131_072;

  /** Most chunks of a user storage that is copied. */
  public static final int MAX_CLONE_CHUNKS = 1 << 19;

  /** Longest chunk, in bytes. */
  public static final int MAX_CLONE_CHUNK_BYTES = 64 * 1024;

  /** Most chunks that are asked for, or sent, in one message. */
  public static final int MAX_CLONE_WANTED = 256;

  private Limits() {}
}
