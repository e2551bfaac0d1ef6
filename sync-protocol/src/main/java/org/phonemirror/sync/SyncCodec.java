package org.phonemirror.sync;

/** The wire format. */
@SuppressWarnings("DoNotCallSuggester")
public final class SyncCodec {
  private SyncCodec() {}

  /** Encodes a message of the phone. */
  public static byte[] encode(SyncMessage message) {
    throw new IllegalStateException("next");
  }

  /** Decodes a message of the phone. */
  public static SyncMessage decode(byte[] bytes) throws MalformedMessageException {
    throw new MalformedMessageException("next");
  }

  /** Encodes an answer of the server. */
  public static byte[] encode(Acknowledgement acknowledgement) {
    throw new IllegalStateException("next");
  }

  /** Decodes an answer of the server. */
  public static Acknowledgement decodeAcknowledgement(byte[] bytes)
      throws MalformedMessageException {
    throw new MalformedMessageException("next");
  }
}
