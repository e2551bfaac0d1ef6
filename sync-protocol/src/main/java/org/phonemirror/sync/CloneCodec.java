package org.phonemirror.sync;

import java.util.ArrayList;
import java.util.List;

/**
 * The wire format of {@link CloneRequest}s and {@link CloneReply}s, like that of {@link SyncCodec}.
 */
public final class CloneCodec {
  private static final int BEGIN = 1;
  private static final int MANIFEST = 2;
  private static final int CHUNKS = 3;
  private static final int FINISH = 4;
  private static final int COPY = 8;
  private static final int HAVE = 9;
  private static final int WANTED = 10;
  private static final int DONE = 11;
  private static final int AGAIN = 12;
  private static final int REFUSED = 13;

  private CloneCodec() {}

  private static BitWriter open(int kind) {
    BitWriter out = new BitWriter();
    out.bits(SyncCodec.VERSION, 4);
    out.bits(kind, 4);
    return out;
  }

  /** Encodes a request. */
  public static byte[] encode(CloneRequest request) {
    BitWriter out;
    if (request instanceof CloneRequest.Begin begin) {
      out = open(BEGIN);
      out.bits(begin.bootId(), 32);
      out.text(begin.model());
      out.text(begin.software());
      SyncCodec.digest(out, begin.digest());
    } else if (request instanceof CloneRequest.Manifest manifest) {
      out = open(MANIFEST);
      out.bytes(manifest.digest());
      out.varint(manifest.length());
      out.varint(manifest.offset());
      out.varint(manifest.bytes().length);
      out.bytes(manifest.bytes());
    } else if (request instanceof CloneRequest.Chunks chunks) {
      out = open(CHUNKS);
      out.varint(chunks.contents().size());
      for (byte[] content : chunks.contents()) {
        out.varint(content.length);
        out.bytes(content);
      }
    } else {
      CloneRequest.Finish finish = (CloneRequest.Finish) request;
      out = open(FINISH);
      out.bits(finish.bootId(), 32);
      SyncCodec.digest(out, finish.digest());
    }
    return out.toByteArray();
  }

  /** Decodes a request. */
  public static CloneRequest decodeRequest(byte[] bytes) throws MalformedMessageException {
    BitReader in = SyncCodec.open(bytes);
    int kind = (int) in.bits(4);
    try {
      CloneRequest request =
          switch (kind) {
            case BEGIN ->
                new CloneRequest.Begin(
                    in.bits(32),
                    in.text("phone model", Limits.MAX_TEXT_BYTES),
                    in.text("software", Limits.MAX_TEXT_BYTES),
                    SyncCodec.digest(in));
            case MANIFEST ->
                new CloneRequest.Manifest(
                    in.bytes(CloneRequest.DIGEST_BYTES),
                    in.count("length of the manifest", Limits.MAX_CLONE_MANIFEST_BYTES),
                    in.count("offset", Limits.MAX_CLONE_MANIFEST_BYTES),
                    in.bytes(in.count("stretch", bytes.length)));
            case CHUNKS -> chunks(in);
            case FINISH -> new CloneRequest.Finish(in.bits(32), SyncCodec.digest(in));
            default ->
                throw new MalformedMessageException("kind of request is " + kind + ", not known");
          };
      in.end();
      return request;
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  private static CloneRequest chunks(BitReader in) throws MalformedMessageException {
    List<byte[]> contents = new ArrayList<>();
    for (int n = in.count("number of chunks", Limits.MAX_CLONE_WANTED); n > 0; n--) {
      contents.add(in.bytes(in.count("length of a chunk", Limits.MAX_CLONE_CHUNK_BYTES)));
    }
    return new CloneRequest.Chunks(contents);
  }

  /** Encodes a reply. */
  public static byte[] encode(CloneReply reply) {
    BitWriter out;
    if (reply instanceof CloneReply.Copy copy) {
      out = open(COPY);
      out.bytes(copy.nonce());
    } else if (reply instanceof CloneReply.Have have) {
      out = open(HAVE);
      out.varint(have.bytes());
    } else if (reply instanceof CloneReply.Wanted wanted) {
      out = open(WANTED);
      out.varint(wanted.missingBytes());
      out.varint(wanted.indices().size());
      int least = 0;
      for (int index : wanted.indices()) {
        out.varint(index - least);
        least = index + 1;
      }
    } else if (reply instanceof CloneReply.Done) {
      out = open(DONE);
    } else if (reply instanceof CloneReply.Again again) {
      out = open(AGAIN);
      out.text(again.detail());
    } else {
      out = open(REFUSED);
      out.text(((CloneReply.Refused) reply).detail());
    }
    return out.toByteArray();
  }

  /** Decodes a reply. */
  public static CloneReply decodeReply(byte[] bytes) throws MalformedMessageException {
    BitReader in = SyncCodec.open(bytes);
    int kind = (int) in.bits(4);
    try {
      CloneReply reply =
          switch (kind) {
            case COPY -> new CloneReply.Copy(in.bytes(CloneReply.NONCE_BYTES));
            case HAVE ->
                new CloneReply.Have(
                    in.count("length of the manifest", Limits.MAX_CLONE_MANIFEST_BYTES));
            case WANTED -> wanted(in);
            case DONE -> new CloneReply.Done();
            case AGAIN -> new CloneReply.Again(in.text("detail", Limits.MAX_TEXT_BYTES));
            case REFUSED -> new CloneReply.Refused(in.text("detail", Limits.MAX_TEXT_BYTES));
            default ->
                throw new MalformedMessageException("kind of reply is " + kind + ", not known");
          };
      in.end();
      return reply;
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  private static CloneReply wanted(BitReader in) throws MalformedMessageException {
    long missing = in.varint();
    List<Integer> indices = new ArrayList<>();
    int least = 0;
    for (int n = in.count("number of indices", Limits.MAX_CLONE_WANTED); n > 0; n--) {
      int index = least + in.count("index", Limits.MAX_CLONE_CHUNKS);
      indices.add(index);
      least = index + 1;
    }
    return new CloneReply.Wanted(indices, missing);
  }

  /** Encodes a manifest, which is longer than one message. */
  public static byte[] encode(CloneManifest manifest) {
    BitWriter out = new BitWriter();
    out.bits(SyncCodec.VERSION, 8);
    out.varint(manifest.entries().size());
    for (CloneManifest.Entry entry : manifest.entries()) {
      out.bits(entry.kind().letter(), 8);
      out.text(entry.path());
      out.varint(entry.mode());
      out.varint(entry.modifiedMicros());
      if (entry.kind() == StorageTree.Kind.LINK) {
        out.text(entry.target());
      } else if (entry.kind() == StorageTree.Kind.FILE) {
        out.varint(entry.chunks().size());
        for (CloneManifest.Chunk chunk : entry.chunks()) {
          out.bytes(chunk.id());
          out.varint(chunk.length());
          out.bytes(chunk.proof());
        }
      }
    }
    return out.toByteArray();
  }

  /** Decodes a manifest. */
  public static CloneManifest decodeManifest(byte[] bytes) throws MalformedMessageException {
    if (bytes.length > Limits.MAX_CLONE_MANIFEST_BYTES) {
      throw new MalformedMessageException(
          "manifest has " + bytes.length + " bytes, at most " + Limits.MAX_CLONE_MANIFEST_BYTES);
    }
    BitReader in = new BitReader(bytes);
    try {
      if (in.bits(8) != SyncCodec.VERSION) {
        throw new MalformedMessageException("manifest is of another version of the protocol");
      }
      List<CloneManifest.Entry> entries = new ArrayList<>();
      int chunks = 0;
      for (int n = in.count("number of entries", Limits.MAX_CLONE_ENTRIES); n > 0; n--) {
        CloneManifest.Entry entry = entry(in);
        chunks += entry.chunks().size();
        if (chunks > Limits.MAX_CLONE_CHUNKS) {
          throw new MalformedMessageException(
              "manifest has more than " + Limits.MAX_CLONE_CHUNKS + " chunks");
        }
        entries.add(entry);
      }
      in.end();
      return new CloneManifest(entries);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  private static StorageTree.Kind kind(char letter) throws MalformedMessageException {
    for (StorageTree.Kind kind : StorageTree.Kind.values()) {
      if (kind.letter() == letter) {
        return kind;
      }
    }
    throw new MalformedMessageException("kind of entry is " + (int) letter + ", which is none");
  }

  private static CloneManifest.Entry entry(BitReader in) throws MalformedMessageException {
    StorageTree.Kind kind = kind((char) in.bits(8));
    String path = in.text("path", Limits.MAX_PATH_BYTES);
    int mode = in.count("mode", Answer.MAX_MODE);
    long modified = in.varint();
    String target = kind == StorageTree.Kind.LINK ? in.text("target", Limits.MAX_PATH_BYTES) : "";
    List<CloneManifest.Chunk> chunks = new ArrayList<>();
    if (kind == StorageTree.Kind.FILE) {
      for (int n = in.count("number of chunks", Limits.MAX_CLONE_CHUNKS); n > 0; n--) {
        chunks.add(
            new CloneManifest.Chunk(
                in.bytes(CloneRequest.DIGEST_BYTES),
                in.count("length of a chunk", Limits.MAX_CLONE_CHUNK_BYTES),
                in.bytes(CloneManifest.Chunk.PROOF_BYTES)));
      }
    }
    return new CloneManifest.Entry(path, kind, mode, modified, target, chunks);
  }
}
