package org.phonemirror.core.firewall;

import java.io.ByteArrayOutputStream;

/**
 * Reads a connection to a name server: messages, each behind its length (RFC 1035 §4.2.2), which
 * are taken when they are whole.
 */
final class DnsStream implements FlowReader {
  private static final int LENGTH_BYTES = 2;

  private final DnsReader messages;
  private final Side phone = new Side();
  private final Side network = new Side();
  private boolean ended;

  /** Takes messages to their reader. */
  DnsStream(DnsReader messages) {
    this.messages = messages;
  }

  /** One side's message that is not whole: at most 64 KB, as its length has two bytes. */
  private static final class Side {
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private int length;
    private int seen;
  }

  @Override
  public void bytes(boolean fromPhone, byte[] data) {
    Side side = fromPhone ? phone : network;
    for (int at = 0; at < data.length; ) {
      if (side.seen < LENGTH_BYTES) {
        side.length = side.length << 8 | (data[at++] & 0xff);
        side.seen++;
      } else {
        int taken = Math.min(side.length - side.part.size(), data.length - at);
        side.part.write(data, at, taken);
        at += taken;
      }
      if (side.seen == LENGTH_BYTES && side.part.size() == side.length) {
        messages.bytes(fromPhone, side.part.toByteArray());
        side.part.reset();
        side.length = 0;
        side.seen = 0;
      }
    }
  }

  @Override
  public void ended(boolean fromPhone) {
    ended |= !fromPhone;
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }
}
