package org.phonemirror.container;

import gov.nist.javax.sip.stack.DatagramQueuedMessageDispatch;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A datagram that waits to be served, and what can be told of it without parsing it. */
public final class Datagram extends DatagramQueuedMessageDispatch {
  private static final byte[] RESPONSE = bytes("SIP/");
  private static final byte[] ACK = bytes("ACK ");
  private static final byte[] CANCEL = bytes("CANCEL ");

  private final boolean begins;

  /**
   * Takes what was received at its own size.
   *
   * @param packet whose array is free again afterwards
   * @param nanoTime when it came in
   */
  public Datagram(DatagramPacket packet, long nanoTime) {
    super(copy(packet), nanoTime);
    byte[] content = content();
    begins =
        content.length > 0
            && !startsWith(content, RESPONSE)
            && !startsWith(content, ACK)
            && !startsWith(content, CANCEL)
            && !hasToTag(content);
  }

  private static DatagramPacket copy(DatagramPacket packet) {
    byte[] content =
        Arrays.copyOfRange(
            packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
    return new DatagramPacket(content, content.length, packet.getSocketAddress());
  }

  /** Whether it asks for something new, instead of going on with what has begun. */
  boolean begins() {
    return begins;
  }

  byte[] content() {
    return packet.getData();
  }

  InetSocketAddress source() {
    return (InetSocketAddress) packet.getSocketAddress();
  }

  /** The line of the To header is enough: nobody folds it before the tag but by ill will. */
  private static boolean hasToTag(byte[] content) {
    int line = 0;
    while (line < content.length) {
      int end = line;
      while (end < content.length && content[end] != '\n') {
        end++;
      }
      if (end - line <= 1) {
        return false; // the end of the headers
      }
      if (isTo(content, line)) {
        String to = new String(content, line, end - line, StandardCharsets.ISO_8859_1);
        return to.substring(to.lastIndexOf('>') + 1).toLowerCase(Locale.ROOT).contains("tag=");
      }
      line = end + 1;
    }
    return false;
  }

  private static boolean isTo(byte[] content, int line) {
    int at = line + 1;
    if ((content[line] | 0x20) != 't' || at >= content.length) {
      return false;
    }
    if ((content[at] | 0x20) == 'o') {
      at++;
    }
    while (at < content.length && (content[at] == ' ' || content[at] == '\t')) {
      at++;
    }
    return at < content.length && content[at] == ':';
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    return content.length >= start.length
        && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
