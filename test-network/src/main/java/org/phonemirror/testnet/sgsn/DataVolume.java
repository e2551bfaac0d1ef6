package org.phonemirror.testnet.sgsn;

/**
 * Octets of a phone's IP packets, headers and retransmissions included, as an SGSN counts them for
 * charging (TS 32.251 §5.1.2).
 *
 * @param sent by the phone
 * @param received by it
 */
public record DataVolume(long sent, long received) {
  /** Nothing yet. */
  public static final DataVolume NONE = new DataVolume(0, 0);

  /** What has come to it since an earlier count. */
  public DataVolume since(DataVolume earlier) {
    return new DataVolume(sent - earlier.sent, received - earlier.received);
  }

  /** In both directions. */
  public long total() {
    return sent + received;
  }
}
