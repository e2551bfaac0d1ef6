package org.phonemirror.core.mms;

/** What a message may have at most; beyond it a message is refused, not cut. */
public final class MmsLimits {
  /** Bytes of a whole message; content class "content rich" has 1 MiB (OMA-TS-MMS-CONF §7). */
  public static final int MESSAGE_BYTES = 1 << 20;

  /** Bytes of a text: subject, address, location. */
  public static final int TEXT_BYTES = 4096;

  /** Header fields of a message or of one part. */
  public static final int FIELDS = 256;

  /** To, Cc and Bcc together. */
  public static final int RECIPIENTS = 64;

  /** Parts of a multipart body. */
  public static final int PARTS = 128;

  /** Parameters of one content type. */
  public static final int PARAMETERS = 16;

  private MmsLimits() {}
}
