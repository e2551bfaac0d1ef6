package org.phonemirror.container;

import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * 503 with Retry-After to a request as it was received, made without parsing more of it than the
 * answer repeats, and remembering nothing (RFC 3261 §8.2.6, §8.2.7): for a server that has no time.
 *
 * @param transaction the request's, as the stack names it: its branch in lower case
 * @param packet the answer, addressed to where it belongs (§18.2.2, RFC 3581 §4)
 */
record Refusal(String transaction, DatagramPacket packet) {
  static final int RETRY_AFTER_SECONDS = 5;

  /** Starts the To tags of refusals, by which their ACKs are known. */
  static final String TAG = "refused-";

  private static final String COOKIE = "z9hg4bk";
  private static final int DEFAULT_PORT = 5060;

  /**
   * Refuses a request.
   *
   * @return empty if the request is for somebody who parses it: without a mandatory header, older
   *     than RFC 3261, or with an address to answer to other than its sender's
   */
  static Optional<Refusal> of(Datagram request) {
    Headers headers = new Headers();
    headers.read(new String(request.content(), StandardCharsets.ISO_8859_1));
    return headers.refusal(request.source());
  }

  /** What an answer repeats. */
  private static final class Headers {
    private final List<String> vias = new ArrayList<>();
    private String from;
    private String to;
    private String callId;
    private String sequence;

    private void read(String message) {
      int line = message.indexOf('\n') + 1;
      while (line > 0 && line < message.length()) {
        int end = message.indexOf('\n', line);
        while (end > 0 && end + 1 < message.length() && isBlank(message.charAt(end + 1))) {
          end = message.indexOf('\n', end + 1); // a folded line goes on
        }
        String header = message.substring(line, end < 0 ? message.length() : end).strip();
        if (header.isEmpty()) {
          return;
        }
        take(header);
        line = end + 1;
      }
    }

    private static boolean isBlank(char c) {
      return c == ' ' || c == '\t';
    }

    private void take(String header) {
      int colon = header.indexOf(':');
      if (colon < 0) {
        return;
      }
      switch (header.substring(0, colon).strip().toLowerCase(Locale.ROOT)) {
        case "via", "v" -> vias.add(header);
        case "from", "f" -> from = header;
        case "to", "t" -> to = header;
        case "call-id", "i" -> callId = header;
        case "cseq" -> sequence = header;
        default -> {}
      }
    }

    private Optional<Refusal> refusal(InetSocketAddress source) {
      if (vias.isEmpty() || from == null || to == null || callId == null || sequence == null) {
        return Optional.empty();
      }
      String line = vias.get(0);
      int comma = line.indexOf(',');
      String first = comma < 0 ? line : line.substring(0, comma);
      String transaction = Via.parameter(first, "branch").orElse("").toLowerCase(Locale.ROOT);
      Optional<SentBy> sentBy = SentBy.of(first);
      if (!transaction.startsWith(COOKIE)
          || sentBy.isEmpty()
          || line.indexOf('"') >= 0
          || Via.parameter(first, "maddr").isPresent()) {
        return Optional.empty();
      }
      String address = source.getAddress().getHostAddress();
      int rport = Via.find(first, "rport");
      StringBuilder answer = new StringBuilder(512).append("SIP/2.0 503 Overloaded\r\n");
      if (rport < 0) {
        answer.append(first);
      } else {
        answer.append(first, 0, rport).append(";rport=").append(source.getPort());
        answer.append(first, Via.end(first, rport), first.length());
      }
      if (rport >= 0 || !sentBy.get().host().equals(address)) {
        answer.append(";received=").append(address);
      }
      answer.append(line, first.length(), line.length()).append("\r\n");
      vias.subList(1, vias.size()).forEach(via -> answer.append(via).append("\r\n"));
      answer.append(from).append("\r\n").append(to);
      answer.append(";tag=").append(TAG).append(Integer.toHexString(transaction.hashCode()));
      answer.append("\r\n").append(callId).append("\r\n").append(sequence).append("\r\n");
      answer.append("Retry-After: ").append(RETRY_AFTER_SECONDS).append("\r\n");
      answer.append("Content-Length: 0\r\n\r\n");
      byte[] bytes = answer.toString().getBytes(StandardCharsets.ISO_8859_1);
      int port = rport >= 0 ? source.getPort() : sentBy.get().port();
      InetSocketAddress receiver = new InetSocketAddress(source.getAddress(), port);
      return Optional.of(
          new Refusal(transaction, new DatagramPacket(bytes, bytes.length, receiver)));
    }
  }

  /** The first value of a Via header, looked through without taking it apart. */
  private static final class Via {
    /** A parameter's value; of one without a value, nothing. */
    static Optional<String> parameter(String via, String name) {
      int at = find(via, name);
      if (at < 0) {
        return Optional.empty();
      }
      int end = end(via, at);
      int equals = via.indexOf('=', at);
      return Optional.of(equals < 0 || equals > end ? "" : via.substring(equals + 1, end).strip());
    }

    /** Where a parameter begins, by its semicolon; negative if it is not there. */
    static int find(String via, String name) {
      for (int at = via.indexOf(';'); at >= 0; at = via.indexOf(';', at + 1)) {
        int begin = skip(via, at + 1);
        if (via.regionMatches(true, begin, name, 0, name.length())) {
          int after = skip(via, begin + name.length());
          if (after == via.length() || via.charAt(after) == '=' || via.charAt(after) == ';') {
            return at;
          }
        }
      }
      return -1;
    }

    /** Where the parameter that begins there ends. */
    static int end(String via, int at) {
      int next = via.indexOf(';', at + 1);
      return next < 0 ? via.length() : next;
    }

    private static int skip(String via, int from) {
      int at = from;
      while (at < via.length() && Character.isWhitespace(via.charAt(at))) {
        at++;
      }
      return at;
    }
  }

  /** Who sent it, as they say. */
  private record SentBy(String host, int port) {
    static Optional<SentBy> of(String via) {
      int end = via.indexOf(';');
      String words = via.substring(via.indexOf(':') + 1, end < 0 ? via.length() : end).strip();
      int last = words.length();
      while (last > 0 && !Character.isWhitespace(words.charAt(last - 1))) {
        last--;
      }
      if (last == 0) {
        return Optional.empty(); // a transport without an address
      }
      String value = words.substring(last);
      int colon = value.lastIndexOf(':');
      if (value.endsWith("]") || colon < 0) {
        return Optional.of(new SentBy(value, DEFAULT_PORT));
      }
      try {
        int port = Integer.parseInt(value.substring(colon + 1));
        return port > 0 && port < 65_536
            ? Optional.of(new SentBy(value.substring(0, colon), port))
            : Optional.empty();
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
  }
}
