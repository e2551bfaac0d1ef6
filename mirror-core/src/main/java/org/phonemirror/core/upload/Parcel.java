package org.phonemirror.core.upload;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.phonemirror.core.subscriber.Impu;

/**
 * A file on its way to one recipient.
 *
 * @param sender whose it is
 * @param recipient whom it is for
 * @param upload what is sent
 * @param ordered when
 * @param content the file
 * @param key names this sending, however often it is tried
 * @param leave asked once, before its last bytes are handed out: records durably that from now on
 *     the recipient may have it; false if it is not to be sent any more
 * @param recalled whether it is not to be sent any more
 */
record Parcel(
    Impu sender,
    Recipient recipient,
    Upload upload,
    Instant ordered,
    Path content,
    String key,
    BooleanSupplier leave,
    BooleanSupplier recalled) {
  /** The sender has thought better of it. */
  static final class RecalledException extends IOException {
    private static final long serialVersionUID = 1;

    RecalledException() {
      super("recalled");
    }
  }

  String mediaType() {
    return MediaTypes.of(upload.fileName());
  }

  /**
   * The content. Its last bytes come only when it is recorded that they do, so that whoever sends
   * has not sent a whole message before.
   *
   * @throws IOException if it can't be read, or its length is not as told; a {@link
   *     RecalledException} ends it at any time before that
   */
  InputStream open() throws IOException {
    if (Files.size(content) != upload.size()) {
      throw new IOException("the file in the outbox has changed its length");
    }
    if (upload.size() == 0) {
      leaving();
    }
    return new Content(Files.newInputStream(content));
  }

  private void leaving() throws RecalledException {
    if (!leave.getAsBoolean()) {
      throw new RecalledException();
    }
  }

  private final class Content extends FilterInputStream {
    private long left = upload.size();

    Content(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      if (left == 0 || length == 0) {
        return left == 0 ? -1 : 0;
      }
      if (recalled.getAsBoolean()) {
        throw new RecalledException();
      }
      int n = in.readNBytes(to, at, (int) Math.min(length, left));
      if (n == 0) {
        throw new IOException("the file in the outbox ends early");
      }
      left -= n;
      if (left == 0) {
        leaving();
      }
      return n;
    }

    @Override
    public long skip(long n) {
      throw new UnsupportedOperationException("contents are read as a whole");
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
