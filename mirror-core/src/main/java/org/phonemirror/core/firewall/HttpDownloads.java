package org.phonemirror.core.firewall;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a phone downloads on one HTTP connection, as the digests of its contents. A content that was
 * compressed for its way is digested as it was sent.
 */
final class HttpDownloads {
  private static final int MAX_REQUESTS = 64;

  private final long limit;
  private final Consumer<String> downloaded;

  /** Methods of requests that have no response yet. */
  private final Deque<String> methods = new ArrayDeque<>();

  private final HttpStream requests = new Requests();
  private final HttpStream responses = new Responses();

  /**
   * Begins with a connection.
   *
   * @param limit longest content that is digested
   * @param downloaded gets the SHA-256 of each, in lower-case hexadecimal
   */
  HttpDownloads(long limit, Consumer<String> downloaded) {
    this.limit = limit;
    this.downloaded = downloaded;
  }

  void bytes(boolean fromPhone, byte[] data) {
    (fromPhone ? requests : responses).bytes(data);
  }

  void ended(boolean fromPhone) {
    if (!fromPhone) {
      responses.ended();
    }
  }

  /** Whether nothing can come of it any more. */
  boolean hasEnded() {
    return responses.hasGivenUp() || requests.hasGivenUp();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Java has no SHA-256", e);
    }
  }

  private final class Requests extends HttpStream {
    Requests() {
      super(false);
    }

    @Override
    Body begins(String requestLine) {
      if (methods.size() == MAX_REQUESTS) {
        return Body.ANYTHING;
      }
      methods.add(requestLine.split(" ", 2)[0].toUpperCase(Locale.ROOT));
      return Body.AS_FRAMED;
    }

    @Override
    void body(byte[] data, int from, int length) {}

    @Override
    void complete() {}
  }

  private final class Responses extends HttpStream {
    private MessageDigest digest = sha256();
    private long length;

    Responses() {
      super(true);
    }

    @Override
    Body begins(String statusLine) {
      length = 0;
      String[] words = statusLine.split(" ", 3);
      String status = words.length < 2 ? "" : words[1];
      if (status.equals("101")) {
        return Body.ANYTHING;
      }
      if (status.startsWith("1")) {
        return Body.NONE;
      }
      String method = methods.isEmpty() ? "" : methods.remove();
      if (method.equals("CONNECT") && status.startsWith("2")) {
        return Body.ANYTHING;
      }
      boolean empty = method.equals("HEAD") || status.equals("204") || status.equals("304");
      return empty ? Body.NONE : Body.AS_FRAMED;
    }

    @Override
    void body(byte[] data, int from, int count) {
      length += count;
      if (length > limit) {
        giveUp();
      } else {
        digest.update(data, from, count);
      }
    }

    @Override
    void complete() {
      if (length > 0) {
        downloaded.accept(HexFormat.of().formatHex(digest.digest()));
        digest = sha256();
      }
    }
  }
}
