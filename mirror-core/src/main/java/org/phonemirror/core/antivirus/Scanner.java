package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.phonemirror.core.antivirus.clamd.ClamdClient;
import org.phonemirror.core.antivirus.clamd.ScanReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that send contents from the spool to clamd. What clamd breaks off at is tried again
 * when it is back, but not for ever: it may be the content that kills it.
 */
final class Scanner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scanner.class);
  private static final int ATTEMPTS = 3;
  private static final long PAUSE_MILLIS = 1_000;
  private static final long CLOSING_MILLIS = 10_000;

  /** Is told what came of a content; what throws is told again. */
  interface Results {
    void known(String sha256, String version, Verdict verdict);

    /** The spooled content is another, or can't be read. */
    void spoilt(String sha256, Reason reason, String text);
  }

  private final ClamdClient clamd;
  private final ClamdWatch watch;
  private final Spool spool;
  private final VerdictStore verdicts;
  private final Results results;
  private final BlockingQueue<String> queue = new LinkedBlockingQueue<>(); // bounded by the spool
  private final List<Thread> threads = new ArrayList<>();

  Scanner(
      ClamdClient clamd, ClamdWatch watch, Spool spool, VerdictStore verdicts, Results results) {
    this.clamd = clamd;
    this.watch = watch;
    this.spool = spool;
    this.verdicts = verdicts;
    this.results = results;
  }

  void start(int count) {
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(this::work, "antivirus-scanner-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** A content in the spool is to be scanned. */
  void add(String sha256) {
    queue.add(sha256);
  }

  private void work() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        String sha256 = queue.take();
        while (!done(sha256)) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("ends");
    }
  }

  private boolean done(String sha256) throws InterruptedException {
    try {
      scan(sha256);
      return true;
    } catch (NoSuchFileException e) {
      LOG.debug("{} is not wanted any more", sha256);
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.error("what came of {} can't be kept", sha256, e);
      return false;
    }
  }

  private void scan(String sha256) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      String version = watch.await();
      if (verdicts.get(sha256).isPresent()) {
        break;
      }
      ScanReply reply;
      MessageDigest digest = sha256();
      try (InputStream in = new DigestInputStream(spool.open(sha256), digest)) {
        reply = clamd.scan(in);
        if (!(reply instanceof ScanReply.Unavailable)) {
          in.transferTo(OutputStream.nullOutputStream()); // its hash, whatever clamd has read
        }
      } catch (NoSuchFileException e) {
        throw e;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedException();
        }
        results.spoilt(sha256, Reason.UNREADABLE, e.getMessage());
        break;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      if (reply instanceof ScanReply.Unavailable unavailable) {
        LOG.warn("{} at {} (attempt {})", unavailable.reason(), sha256, attempt);
        watch.doubt();
        if (attempt == ATTEMPTS) {
          results.known(sha256, version, Verdict.failed(Reason.REFUSED, "clamd breaks off at it"));
          break;
        }
      } else if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
        results.spoilt(sha256, Reason.CHANGED, "it changed while it was read");
        break;
      } else if (reply instanceof ScanReply.Refused refused && attempt < ATTEMPTS) {
        LOG.warn("clamd: {} at {} (attempt {})", refused.reason(), sha256, attempt);
        Thread.sleep(PAUSE_MILLIS);
      } else {
        results.known(sha256, version, verdict(reply));
        break;
      }
    }
    spool.remove(sha256);
  }

  private static Verdict verdict(ScanReply reply) {
    if (reply instanceof ScanReply.Clean) {
      return Verdict.CLEAN;
    } else if (reply instanceof ScanReply.Found found) {
      return Verdict.infected(found.signature());
    } else if (reply instanceof ScanReply.LimitExceeded exceeded) {
      return Verdict.failed(Reason.LIMIT, exceeded.limit());
    }
    return Verdict.failed(Reason.REFUSED, ((ScanReply.Refused) reply).reason());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(CLOSING_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
