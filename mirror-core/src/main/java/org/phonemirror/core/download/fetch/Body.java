package org.phonemirror.core.download.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Reads the content of a response (RFC 9112 §6): by its length, in chunks, or to the end. */
final class Body {
  private static final long UNTIL_END = Long.MAX_VALUE;

  private final InputStream in;
  private final boolean chunked;
  private long left;
  private boolean inChunks;

  Body(InputStream in, Head head) throws FetchException {
    this.in = in;
    OptionalLong length = head.length();
    chunked = head.isChunked();
    left = chunked ? 0 : length.orElse(UNTIL_END);
  }

  /**
   * Reads some bytes.
   *
   * @return how many, at least one; -1 at the end
   * @throws FetchException if the server ends before the content does
   */
  int read(byte[] buffer) throws IOException {
    if (chunked && left == 0) {
      left = nextChunk();
      if (left == 0) {
        Head.fields(in);
        left = -1;
      }
    }
    if (left <= 0) {
      return -1;
    }
    int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
    if (count < 0) {
      if (left == UNTIL_END) {
        return -1;
      }
      throw FetchException.temporary(
          Reason.WRONG_CONTENT, "the server ended before the file did; try again later");
    }
    if (left != UNTIL_END) {
      left -= count;
    }
    return count;
  }

  private long nextChunk() throws IOException {
    if (inChunks && !Head.line(in).isEmpty()) {
      throw Head.malformed("a chunk longer than it said");
    }
    inChunks = true;
    String size = Head.line(in).split(";", 2)[0].strip();
    if (!size.matches("[0-9A-Fa-f]{1,15}")) {
      throw Head.malformed("a chunk without a length");
    }
    return Long.parseLong(size, 16);
  }
}
