package org.phonemirror.container;

import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

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
  private static final Pattern RPORT = Pattern.compile("(?i);\\s*rport\\s*(=[^;]*)?");

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
      String transaction = parameter(first, "branch").orElse("").toLowerCase(Locale.ROOT);
      Optional<SentBy> sentBy = SentBy.of(first);
      if (!transaction.startsWith(COOKIE)
          || sentBy.isEmpty()
          || line.indexOf('"') >= 0
          || parameter(first, "maddr").isPresent()) {
        return Optional.empty();
      }
      String address = source.getAddress().getHostAddress();
      boolean rport = parameter(first, "rport").isPresent();
      StringBuilder answer = new StringBuilder(512).append("SIP/2.0 503 Overloaded\r\n");
      answer.append(
          rport ? RPORT.matcher(first).replaceFirst(";rport=" + source.getPort()) : first);
      if (rport || !sentBy.get().host().equals(address)) {
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
      int port = rport ? source.getPort() : sentBy.get().port();
      InetSocketAddress receiver = new InetSocketAddress(source.getAddress(), port);
      return Optional.of(
          new Refusal(transaction, new DatagramPacket(bytes, bytes.length, receiver)));
    }
  }

  /** A parameter of a Via header; one without a value is there and empty. */
  private static Optional<String> parameter(String via, String name) {
    String[] parts = via.split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      int equals = part.indexOf('=');
      String found = equals < 0 ? part : part.substring(0, equals).strip();
      if (found.equalsIgnoreCase(name)) {
        return Optional.of(equals < 0 ? "" : part.substring(equals + 1).strip());
      }
    }
    return Optional.empty();
  }

  /** Who sent it, as they say. */
  private record SentBy(String host, int port) {
    static Optional<SentBy> of(String via) {
      int end = via.indexOf(';');
      String[] words =
          via.substring(via.indexOf(':') + 1, end < 0 ? via.length() : end)
              .strip()
              .split("\\s+", -1);
      String value = words[words.length - 1];
      int colon = value.lastIndexOf(':');
      if (words.length < 2 || value.endsWith("]") || colon < 0) {
        return words.length < 2 ? Optional.empty() : Optional.of(new SentBy(value, DEFAULT_PORT));
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
