package org.phonemirror.app.model;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Port: all that the screens know and do. The app's {@code Application} implements {@link Holder}.
 *
 * <p>All methods are called on the main thread and return at once. Futures are completed, and
 * observers are called, on the main thread. An action is durable when its future is done: it is
 * carried out even if the process dies then. One that can't be done completes exceptionally, with a
 * {@link MirrorException} (not wrapped) that tells the problem.
 */
public interface MirrorControl {
  /** Who has the control; the screens ask their {@code Application} for it. */
  interface Holder {
    /** Always the same one. */
    MirrorControl control();
  }

  /** An observation that goes on. */
  interface Observation {
    /** Ends it; more than once is allowed. */
    void end();
  }

  /** What is known now. After the start of the process that is what was known before it ended. */
  AppState state();

  /**
   * Tells of each new state from now on, not of the present one, and at least every 10 s, since the
   * lag grows. States that follow quickly upon each other may be passed over, the latest never is.
   */
  Observation observe(Consumer<AppState> observer);

  /**
   * Pauses everything, or goes on: while paused nothing is recorded, compared, sent or fetched.
   * Recording has ceased when this returns; what is done later is that it stays so. A first copy
   * that is being made is broken off, and the phone goes on; it is taken up again after the pause.
   */
  CompletableFuture<Void> pause(boolean paused);

  /** Takes settings over, except for {@link Settings#paused}. */
  CompletableFuture<Void> change(Settings settings);

  /**
   * Reads an invitation without accepting it, so that the owner can be asked: anybody can make a
   * link.
   *
   * @param invitation a link {@code phonemirror://...}, as it is or as content of a QR code, or the
   *     lines of the operator's message
   * @throws MirrorException if it is none
   */
  Account read(String invitation);

  /** Accepts an invitation that {@link #read} understands; one before it is forgotten. */
  CompletableFuture<Void> provision(String invitation);

  /**
   * Orders a scan of all of the user storage.
   *
   * @param quarantine whether what is found is put away
   */
  CompletableFuture<Void> scan(boolean quarantine);

  /** Puts the file of a {@link Finding} away, by its key, if it still is what was scanned. */
  CompletableFuture<Void> quarantine(long finding);

  /**
   * Orders a download by the mirror server.
   *
   * @param name what the file is to be called; if empty, the address decides
   */
  CompletableFuture<Void> download(String url, String name);

  /** Fetches a {@link Download} that is cached now, whatever that costs. */
  CompletableFuture<Void> fetch(long order);

  /** Cancels a {@link Download} or an {@link Upload}, by its order. */
  CompletableFuture<Void> cancel(long order);

  /**
   * Leaves files to the mirror to be sent. Their contents are copied into user storage where they
   * are not there yet, so the caller's right to read them is needed until the future is done.
   */
  CompletableFuture<Void> send(Sending sending);

  /** The latest lines of the log, oldest first; never keys, inputs or contents of files. */
  CompletableFuture<List<LogLine>> log();
}
