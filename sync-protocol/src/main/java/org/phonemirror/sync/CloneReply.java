package org.phonemirror.sync;

import java.util.List;

/** The server's answers to {@link CloneRequest}s. */
public sealed interface CloneReply
    permits CloneReply.Copy,
        CloneReply.Have,
        CloneReply.Wanted,
        CloneReply.Done,
        CloneReply.Again,
        CloneReply.Refused {
  /** Length of a nonce. */
  int NONCE_BYTES = 16;

  /**
   * The phone is to be frozen and copied.
   *
   * @param nonce key of the proofs in the manifest
   */
  record Copy(byte[] nonce) implements CloneReply {
    public Copy {
      Check.range("length of the nonce", nonce.length, NONCE_BYTES, NONCE_BYTES);
      nonce = nonce.clone();
    }

    @Override
    public byte[] nonce() {
      return nonce.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Copy that && java.util.Arrays.equals(nonce, that.nonce);
    }

    @Override
    public int hashCode() {
      return java.util.Arrays.hashCode(nonce);
    }
  }

  /** The server has so many of the manifest's bytes, durably. */
  record Have(int bytes) implements CloneReply {
    public Have {
      Check.range("length of the manifest", bytes, 0, Limits.MAX_CLONE_MANIFEST_BYTES);
    }
  }

  /**
   * What the phone should send next.
   *
   * @param indices of {@linkplain CloneManifest#distinct distinct chunks}, ascending; none if the
   *     server has everything
   * @param missingBytes how much is missing in all
   */
  record Wanted(List<Integer> indices, long missingBytes) implements CloneReply {
    public Wanted {
      Check.range("number of indices", indices.size(), 0, Limits.MAX_CLONE_WANTED);
      Check.range("missing bytes", missingBytes, 0, Long.MAX_VALUE / 4);
      indices = List.copyOf(indices);
      int least = 0;
      for (int index : indices) {
        Check.range("index", index, least, Limits.MAX_CLONE_CHUNKS - 1);
        least = index + 1;
      }
    }
  }

  /** The phone's stream may begin, with the boot that the request named. */
  record Done() implements CloneReply {}

  /** What has arrived is not what the phone has, or not known any more: begin again. */
  record Again(String detail) implements CloneReply {
    public Again {
      Check.text("detail", detail, Limits.MAX_TEXT_BYTES);
    }
  }

  /** The phone can't be copied as it is; a person has to do something about it. */
  record Refused(String detail) implements CloneReply {
    public Refused {
      Check.text("detail", detail, Limits.MAX_TEXT_BYTES);
    }
  }
}
