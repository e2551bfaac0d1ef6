package org.phonemirror.sync;

/** The wire format. */
public final class SyncCodec {
  private SyncCodec() {}

  public static byte[] encode(SyncMessage message) {
    throw new IllegalStateException("next");
  }

  public static SyncMessage decode(byte[] bytes) throws MalformedMessageException {
    throw new MalformedMessageException("next");
  }

  public static byte[] encode(Acknowledgement acknowledgement) {
    throw new IllegalStateException("next");
  }

  public static Acknowledgement decodeAcknowledgement(byte[] bytes)
      throws MalformedMessageException {
    throw new MalformedMessageException("next");
  }
}
