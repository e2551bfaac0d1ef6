package org.phonemirror.sync;

import java.util.Arrays;
import java.util.List;

/**
 * What a phone that is not in its initial state says while it is copied (the clone that its mirror
 * begins with). Each is posted to the address that an {@link Acknowledgement.Status#CLONE} gave,
 * and answered by a {@link CloneReply}. Any of them may be sent again.
 */
public sealed interface CloneRequest
    permits CloneRequest.Begin, CloneRequest.Manifest, CloneRequest.Chunks, CloneRequest.Finish {
  /** Length of a manifest's digest: SHA-256. */
  int DIGEST_BYTES = 32;

  /**
   * What the phone is like now.
   *
   * @param bootId of the boot that the server has refused; it takes it now if no copy is needed
   * @param model the phone's model
   * @param software version of its software, as the model's images tell it; empty if they don't
   * @param digest of its user storage
   */
  record Begin(long bootId, String model, String software, StorageDigest digest)
      implements CloneRequest {
    public Begin {
      Check.range("boot id", bootId, 0, 0xffff_ffffL);
      Check.text("phone model", model, Limits.MAX_TEXT_BYTES);
      Check.text("software", software, Limits.MAX_TEXT_BYTES);
    }
  }

  /**
   * A stretch of the encoded {@link CloneManifest}.
   *
   * @param digest SHA-256 of the whole
   * @param length of the whole, in bytes
   * @param offset where the stretch begins
   * @param bytes the stretch; none just asks how much is there
   */
  record Manifest(byte[] digest, int length, int offset, byte[] bytes) implements CloneRequest {
    public Manifest {
      Check.range("length of the digest", digest.length, DIGEST_BYTES, DIGEST_BYTES);
      Check.range("length of the manifest", length, 1, Limits.MAX_CLONE_MANIFEST_BYTES);
      Check.range("offset", offset, 0, length);
      Check.range("stretch", bytes.length, 0, length - offset);
      digest = digest.clone();
      bytes = bytes.clone();
    }

    @Override
    public byte[] digest() {
      return digest.clone();
    }

    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Manifest that
          && Arrays.equals(digest, that.digest)
          && length == that.length
          && offset == that.offset
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(digest) + offset;
    }

    @Override
    public String toString() {
      return "Manifest[" + bytes.length + " bytes at " + offset + " of " + length + "]";
    }
  }

  /** Chunks that the server wants. */
  record Chunks(List<byte[]> contents) implements CloneRequest {
    public Chunks {
      Check.range("number of chunks", contents.size(), 1, Limits.MAX_CLONE_WANTED);
      contents = contents.stream().map(byte[]::clone).collect(java.util.stream.Collectors.toList());
      for (byte[] content : contents) {
        Check.range("length of a chunk", content.length, 1, Limits.MAX_CLONE_CHUNK_BYTES);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Chunks that
          && Arrays.deepEquals(contents.toArray(), that.contents.toArray());
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(contents.toArray());
    }

    @Override
    public String toString() {
      return "Chunks[" + contents.size() + "]";
    }
  }

  /**
   * All has been sent.
   *
   * @param bootId of the boot with which the phone's stream begins now
   * @param digest of the user storage, read after the manifest was made
   */
  record Finish(long bootId, StorageDigest digest) implements CloneRequest {
    public Finish {
      Check.range("boot id", bootId, 0, 0xffff_ffffL);
    }
  }
}
