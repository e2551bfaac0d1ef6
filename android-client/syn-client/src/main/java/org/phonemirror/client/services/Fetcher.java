package org.phonemirror.client.services;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a file over HTTP (RFC 9110), goes on where an earlier attempt broke off (section 14), and
 * verifies it. One at a time, on a thread of its own.
 */
final class Fetcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** What stays free for the user's own files. */
  private static final long RESERVE_BYTES = 2 * 1024 * 1024;

  /**
   * What to fetch.
   *
   * @param part where it is put together
   * @param sha256 in lower-case hexadecimal digits
   */
  record Wanted(URI from, Path part, long size, String sha256) {}

  /** How it went. */
  enum Outcome {
    /** All is there and verified. */
    COMPLETE,
    /** Broke off; going on later may help. */
    INTERRUPTED,
    /** There is no place for it now. */
    NO_ROOM,
    /** What came is not what was announced; it is thrown away. */
    WRONG_CONTENT,
    /** The server has it no longer. */
    GONE,
    /** The server does not give it. */
    REFUSED
  }

  /** An outcome, and a line about it. */
  record Result(Outcome outcome, String text) {}

  private final ExecutorService thread;
  private volatile boolean closed;
  private volatile FileServer server = FileServer.trusting(new byte[0]);

  Fetcher() {
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread fresh = new Thread(task, "syn-fetch");
              fresh.setDaemon(true);
              return fresh;
            });
  }

  void setServer(FileServer fresh) {
    server = fresh;
  }

  /**
   * Fetches, some time.
   *
   * @param done is told on the fetching thread
   */
  void fetch(Wanted wanted, Consumer<Result> done) {
    thread.execute(() -> done.accept(attempt(wanted)));
  }

  private Result attempt(Wanted wanted) {
    try {
      if (!server.allows(wanted.from)) {
        return new Result(Outcome.REFUSED, "files are not fetched from there");
      }
      Files.createDirectories(wanted.part.getParent());
      long have = length(wanted.part);
      if (have > wanted.size) {
        Files.delete(wanted.part);
        have = 0;
      }
      long free = wanted.part.getParent().toFile().getUsableSpace();
      if (wanted.size - have + RESERVE_BYTES > free) {
        long lacking = wanted.size - have + RESERVE_BYTES - free;
        return new Result(Outcome.NO_ROOM, lacking + " bytes of space are lacking");
      }
      Result result = have < wanted.size ? request(wanted, have) : complete();
      return result.outcome == Outcome.COMPLETE ? verify(wanted) : result;
    } catch (IOException | RuntimeException e) {
      LOG.debug("fetching {} broke off", wanted.part, e);
      return new Result(Outcome.INTERRUPTED, String.valueOf(e.getMessage()));
    }
  }

  private static Result complete() {
    return new Result(Outcome.COMPLETE, "");
  }

  private static long length(Path part) throws IOException {
    return Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS) ? Files.size(part) : 0;
  }

  private Result request(Wanted wanted, long have) throws IOException {
    HttpURLConnection http = server.open(wanted.from, have);
    try {
      int status = http.getResponseCode();
      return switch (status) {
        case HttpURLConnection.HTTP_OK -> receive(http, wanted, 0);
        case HttpURLConnection.HTTP_PARTIAL -> {
          String range = String.valueOf(http.getHeaderField("Content-Range"));
          if (!range.startsWith("bytes " + have + "-")) {
            throw new IOException("asked for bytes from " + have + " on, got '" + range + "'");
          }
          yield receive(http, wanted, have);
        }
        case RANGE_NOT_SATISFIABLE -> {
          Files.deleteIfExists(wanted.part);
          yield new Result(Outcome.WRONG_CONTENT, "the server's file is shorter");
        }
        case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_GONE ->
            new Result(Outcome.GONE, "the server has it no longer");
        default -> {
          boolean later = status >= 500 || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT;
          yield new Result(
              later ? Outcome.INTERRUPTED : Outcome.REFUSED, "the server answers " + status);
        }
      };
    } finally {
      http.disconnect();
    }
  }

  private Result receive(HttpURLConnection http, Wanted wanted, long offset) throws IOException {
    try (InputStream in = http.getInputStream();
        FileChannel out =
            FileChannel.open(
                wanted.part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
      out.truncate(offset);
      out.position(offset);
      long left = wanted.size - offset;
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (closed) {
          return new Result(Outcome.INTERRUPTED, "the phone is going off");
        }
        if (n > left) {
          out.truncate(0);
          return new Result(Outcome.WRONG_CONTENT, "more came than was announced");
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        left -= n;
      }
      out.force(true);
      return left == 0
          ? complete()
          : new Result(Outcome.INTERRUPTED, left + " bytes are still to come");
    }
  }

  private static Result verify(Wanted wanted) throws IOException {
    if (UserFiles.sha256(wanted.part).equals(wanted.sha256)) {
      return complete();
    }
    Files.delete(wanted.part);
    return new Result(Outcome.WRONG_CONTENT, "its SHA-256 is not the announced one");
  }

  /** Breaks off; what has come stays for the next time. */
  @Override
  public void close() {
    closed = true;
    thread.shutdown();
  }
}
