package org.phonemirror.testnet.sip;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.tape.SessionContent;

/**
 * A request or response as text. Header names are long forms as written; values are kept as they
 * came, so that a test sees what was really sent.
 *
 * @param headers without Content-Length, which follows from the body
 * @param body text; if it is a multimedia message, its octets as characters of ISO 8859-1
 */
public record SipMessage(String startLine, List<Header> headers, String body) {
  /** One header line. */
  public record Header(String name, String value) {}

  private static final Pattern BRANCH = Pattern.compile(";\\s*branch=([^;,\\s]+)");

  public SipMessage {
    headers = List.copyOf(headers);
  }

  /** A request with nothing but its request line. */
  public static SipMessage request(String method, String uri) {
    return new SipMessage(method + " " + uri + " SIP/2.0", List.of(), "");
  }

  /**
   * Reads a datagram.
   *
   * @throws ParseException with the offset of the octet that is wrong
   */
  public static SipMessage parse(byte[] datagram, int length) throws ParseException {
    int end = new String(datagram, 0, length, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
    if (end < 0) {
      throw new ParseException("no empty line after the headers", length);
    }
    String text = new String(datagram, 0, end, StandardCharsets.UTF_8);
    String[] lines = text.replaceAll("\r\n[ \t]+", " ").split("\r\n", -1);
    List<Header> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon <= 0) {
        throw new ParseException("header without a colon: " + lines[i], text.indexOf(lines[i]));
      }
      String name = lines[i].substring(0, colon).strip();
      if (!name.equalsIgnoreCase("Content-Length")) {
        headers.add(new Header(name, lines[i].substring(colon + 1).strip()));
      }
    }
    String body = new String(datagram, end + 4, length - end - 4, charset(headers));
    return new SipMessage(lines[0], headers, body);
  }

  private static Charset charset(List<Header> headers) {
    return headers.stream()
            .filter(header -> header.name().equalsIgnoreCase("Content-Type"))
            .anyMatch(header -> header.value().startsWith(SessionContent.MMS))
        ? StandardCharsets.ISO_8859_1
        : StandardCharsets.UTF_8;
  }

  /** The body as it is on the wire. */
  public byte[] octets() {
    return body.getBytes(charset(headers));
  }

  /** As it goes onto the wire. */
  public byte[] encode() {
    StringBuilder text = new StringBuilder(startLine).append("\r\n");
    for (Header header : headers) {
      text.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    byte[] octets = octets();
    text.append("Content-Length: ").append(octets.length).append("\r\n\r\n");
    byte[] head = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(head, head.length + octets.length);
    System.arraycopy(octets, 0, whole, head.length, octets.length);
    return whole;
  }

  /** The response to this request, with what RFC 3261 §8.2.6.2 copies into it. */
  public SipMessage response(int status, String reason) {
    List<Header> copied = new ArrayList<>();
    for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
      for (String value : values(name)) {
        boolean untagged = name.equals("To") && !value.contains(";tag=");
        copied.add(new Header(name, untagged ? value + ";tag=" + SipEndpoint.token() : value));
      }
    }
    return new SipMessage("SIP/2.0 " + status + " " + reason, copied, "");
  }

  public SipMessage with(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new SipMessage(startLine, more, body);
  }

  /** Without any header of this name. */
  public SipMessage without(String name) {
    return new SipMessage(
        startLine,
        headers.stream().filter(header -> !header.name().equalsIgnoreCase(name)).toList(),
        body);
  }

  /** With a header before all others, as proxies add Via. */
  public SipMessage withFirst(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(0, new Header(name, value));
    return new SipMessage(startLine, more, body);
  }

  public SipMessage withBody(String contentType, String text) {
    return new SipMessage(startLine, with("Content-Type", contentType).headers(), text);
  }

  /** With a multimedia message. */
  public SipMessage withMultimedia(byte[] pdu) {
    return withBody(SessionContent.MMS, new String(pdu, StandardCharsets.ISO_8859_1));
  }

  public boolean isRequest() {
    return !startLine.startsWith("SIP/2.0 ");
  }

  /** The method, which in a response CSeq tells. */
  public String method() {
    return isRequest()
        ? startLine.substring(0, Math.max(0, startLine.indexOf(' ')))
        : value("CSeq").map(cseq -> cseq.substring(cseq.indexOf(' ') + 1).strip()).orElse("");
  }

  /** The status code of a response; 0 of a request or garbage. */
  public int status() {
    return startLine.matches("SIP/2.0 [1-6][0-9][0-9]( .*)?")
        ? Integer.parseInt(startLine.substring(8, 11))
        : 0;
  }

  public Optional<String> value(String name) {
    return values(name).stream().findFirst();
  }

  public List<String> values(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  /** The branch of the topmost Via, which names the transaction. */
  public String branch() {
    Matcher matcher = BRANCH.matcher(value("Via").orElse(""));
    return matcher.find() ? matcher.group(1) : "";
  }
}
