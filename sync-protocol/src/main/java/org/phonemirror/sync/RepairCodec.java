package org.phonemirror.sync;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.sync.delta.Delta;
import org.phonemirror.sync.delta.Part;
import org.phonemirror.sync.delta.Signature;

/** Asks and answers on the wire. */
final class RepairCodec {
  private static final int COMPARE = 0;
  private static final int FETCH = 1;
  private static final int DIFFERENCES = 0;
  private static final int CONTENT = 1;
  private static final int NONE = 2;
  private static final int LOG_BITS = 5;
  private static final int STRONG_BITS = 6;

  /** Kinds of entries, by their numbers on the wire. */
  private static final List<StorageTree.Kind> KINDS =
      List.of(
          StorageTree.Kind.DIRECTORY,
          StorageTree.Kind.FILE,
          StorageTree.Kind.LINK,
          StorageTree.Kind.OTHER);

  /** Reasons for no answer, by their numbers on the wire. */
  private static final List<Answer.Reason> REASONS =
      List.of(
          Answer.Reason.GONE,
          Answer.Reason.UNSETTLED,
          Answer.Reason.POSTPONED,
          Answer.Reason.REFUSED);

  private RepairCodec() {}

  static void writeAsks(BitWriter out, List<Ask> asks) {
    out.varint(asks.size());
    asks.forEach(ask -> write(out, ask));
  }

  static List<Ask> readAsks(BitReader in) throws MalformedMessageException {
    List<Ask> asks = new ArrayList<>();
    for (int n = in.count("number of asks", Limits.MAX_ASKS); n > 0; n--) {
      int kind = (int) in.bits(1);
      String path = in.text("path", Limits.MAX_PATH_BYTES);
      asks.add(
          kind == COMPARE
              ? new Ask.Compare(path, EntrySet.read(in))
              : new Ask.Fetch(path, signature(in)));
    }
    return asks;
  }

  static void write(BitWriter out, Ask ask) {
    if (ask instanceof Ask.Compare compare) {
      out.bits(COMPARE, 1);
      out.text(compare.path());
      compare.mirror().write(out);
    } else if (ask instanceof Ask.Fetch fetch) {
      out.bits(FETCH, 1);
      out.text(fetch.path());
      signature(out, fetch.mirror());
    }
  }

  private static void signature(BitWriter out, Signature signature) {
    out.varint(signature.offset());
    out.varint(signature.length());
    if (signature.length() > 0) {
      out.bits(log2(signature.blockSize()), LOG_BITS);
      out.bits(signature.strongBits(), STRONG_BITS);
      for (int i = 0; i < signature.blocks(); i++) {
        out.bits(signature.weak()[i], Signature.WEAK_BITS);
        out.bits(signature.strong()[i], signature.strongBits());
      }
    }
  }

  private static Signature signature(BitReader in) throws MalformedMessageException {
    long offset = in.varint();
    int length = in.count("length of a signature", Signature.WINDOW);
    if (length == 0) {
      return Signature.none(offset);
    }
    int blockSize = 1 << (int) in.bits(LOG_BITS);
    int strongBits = (int) in.bits(STRONG_BITS);
    if (blockSize < 1 || strongBits > Signature.MAX_STRONG_BITS) {
      throw new MalformedMessageException("signature has blocks of " + blockSize + " bytes");
    }
    int blocks = (int) (((long) length + blockSize - 1) / blockSize);
    if ((long) blocks * Signature.WEAK_BITS > Limits.MAX_MESSAGE_BYTES * 8L) {
      throw new MalformedMessageException("signature has " + blocks + " blocks");
    }
    int[] weak = new int[blocks];
    long[] strong = new long[blocks];
    for (int i = 0; i < blocks; i++) {
      weak[i] = (int) in.bits(Signature.WEAK_BITS);
      strong[i] = in.bits(strongBits);
    }
    return new Signature(offset, length, blockSize, strongBits, weak, strong);
  }

  private static int log2(int powerOfTwo) {
    return Integer.numberOfTrailingZeros(powerOfTwo);
  }

  static void writeAnswers(BitWriter out, List<Answer> answers) {
    out.varint(answers.size());
    answers.forEach(answer -> write(out, answer));
  }

  static List<Answer> readAnswers(BitReader in) throws MalformedMessageException {
    List<Answer> answers = new ArrayList<>();
    for (int n = in.count("number of answers", Limits.MAX_ANSWERS); n > 0; n--) {
      int kind = (int) in.bits(2);
      String path = in.text("path", Limits.MAX_PATH_BYTES);
      answers.add(
          switch (kind) {
            case DIFFERENCES -> differences(in, path);
            case CONTENT -> content(in, path);
            case NONE -> new Answer.None(path, REASONS.get((int) in.bits(2)));
            default -> throw new MalformedMessageException("kind of answer is " + kind);
          });
    }
    return answers;
  }

  static void write(BitWriter out, Answer answer) {
    if (answer instanceof Answer.Differences differences) {
      out.bits(DIFFERENCES, 2);
      out.text(differences.path());
      out.varint(differences.salt());
      out.varint(differences.directories().size());
      differences.directories().forEach(directory -> write(out, directory));
    } else if (answer instanceof Answer.Content content) {
      out.bits(CONTENT, 2);
      out.text(content.path());
      content(out, content);
    } else if (answer instanceof Answer.None none) {
      out.bits(NONE, 2);
      out.text(none.path());
      out.bits(REASONS.indexOf(none.reason()), 2);
    }
  }

  private static Answer differences(BitReader in, String path) throws MalformedMessageException {
    int salt = in.count("salt", EntrySet.MAX_SALT);
    List<Answer.Directory> directories = new ArrayList<>();
    int left = Limits.MAX_TOLD_ENTRIES;
    for (int n = in.count("number of directories", left); n > 0; n--) {
      Answer.Directory directory = directory(in, left);
      left -= directory.others().size() + directory.same().size();
      directories.add(directory);
    }
    return new Answer.Differences(path, salt, directories);
  }

  static void write(BitWriter out, Answer.Directory directory) {
    out.text(directory.path());
    out.bits(directory.complete() ? 1 : 0, 1);
    out.varint(directory.others().size());
    directory.others().forEach(entry -> write(out, entry));
    out.varint(directory.same().size());
    int spacing = spacing(directory.same().size());
    int before = 0;
    for (int hash : directory.same()) {
      out.rice(hash - before, spacing);
      before = hash;
    }
  }

  private static Answer.Directory directory(BitReader in, int maxEntries)
      throws MalformedMessageException {
    String path = in.text("path", Limits.MAX_PATH_BYTES);
    boolean complete = in.bits(1) == 1;
    List<Answer.Entry> others = new ArrayList<>();
    for (int n = in.count("number of entries", maxEntries); n > 0; n--) {
      others.add(entry(in));
    }
    int count = in.count("number of names", maxEntries);
    List<Integer> same = new ArrayList<>();
    long hash = 0;
    for (int i = 0; i < count; i++) {
      hash += in.rice(spacing(count));
      if (hash > 0xffff) {
        throw new MalformedMessageException("name's hash is " + hash + ", at most 65535");
      }
      same.add((int) hash);
    }
    return new Answer.Directory(path, complete, others, same);
  }

  /** The Rice parameter of the gaps between so many sorted numbers of 16 bits. */
  private static int spacing(int count) {
    return Math.max(0, 15 - (31 - Integer.numberOfLeadingZeros(Math.max(1, count))));
  }

  static void write(BitWriter out, Answer.Entry entry) {
    out.bits(KINDS.indexOf(entry.kind()), 2);
    out.text(entry.name());
    if (entry.kind() == StorageTree.Kind.LINK) {
      out.text(entry.target());
    } else {
      out.bits(entry.mode(), 12);
    }
    if (entry.kind() == StorageTree.Kind.FILE) {
      out.varint(entry.size());
    }
    out.bytes(entry.hash());
  }

  private static Answer.Entry entry(BitReader in) throws MalformedMessageException {
    StorageTree.Kind kind = KINDS.get((int) in.bits(2));
    String name = in.text("name", Limits.MAX_NAME_BYTES);
    boolean link = kind == StorageTree.Kind.LINK;
    String target = link ? in.text("target", Limits.MAX_PATH_BYTES) : "";
    int mode = link ? 0 : (int) in.bits(12);
    boolean file = kind == StorageTree.Kind.FILE;
    long size = file ? in.varint() : 0;
    byte[] hash =
        in.bytes(file || kind == StorageTree.Kind.DIRECTORY ? StorageTree.SHORT_HASH_BYTES : 0);
    return new Answer.Entry(name, kind, mode, size, hash, target);
  }

  private static void content(BitWriter out, Answer.Content content) {
    Delta delta = content.delta();
    out.bits(content.mode(), 12);
    out.varint(content.modifiedMicros());
    out.varint(content.size());
    out.bytes(content.hash());
    out.varint(content.offset());
    out.varint(delta.length());
    out.bytes(content.check());
    out.varint(delta.baseLength());
    if (delta.baseLength() > 0) {
      out.bits(log2(delta.blockSize()), LOG_BITS);
      out.varint(delta.parts().size());
      long next = 0;
      for (Part part : delta.parts()) {
        out.varint(part.literal());
        out.varint(zigzag(part.block() - next));
        out.varint(part.blocks());
        next = (long) part.block() + part.blocks();
      }
    }
    out.bits(delta.deflated() ? 1 : 0, 1);
    out.varint(delta.told().length);
    out.bytes(delta.told());
  }

  private static Answer content(BitReader in, String path) throws MalformedMessageException {
    int mode = (int) in.bits(12);
    long modified = in.varint();
    long size = in.varint();
    byte[] hash = in.bytes(Answer.HASH_BYTES);
    long offset = in.varint();
    int length = in.count("length of a stretch", Signature.WINDOW);
    byte[] check = in.bytes(length == size ? 0 : Answer.CHECK_BYTES);
    int baseLength = in.count("length of the other version", Signature.WINDOW);
    int blockSize = 1;
    List<Part> parts = new ArrayList<>();
    if (baseLength > 0) {
      blockSize = 1 << (int) in.bits(LOG_BITS);
      long next = 0;
      for (int n = in.count("number of parts", length); n > 0; n--) {
        int literal = in.count("length of what is told", length);
        long block = next + zagzig(in.varint());
        int blocks = in.count("number of blocks", length);
        if (block < 0 || block > Signature.WINDOW) {
          throw new MalformedMessageException("block is " + block);
        }
        parts.add(new Part(literal, (int) block, blocks));
        next = block + blocks;
      }
    } else if (length > 0) {
      parts.add(new Part(length, 0, 0));
    }
    boolean deflated = in.bits(1) == 1;
    byte[] told = in.bytes(in.count("number of bytes told", Limits.MAX_MESSAGE_BYTES));
    Delta delta = new Delta(blockSize, baseLength, length, parts, deflated, told);
    return new Answer.Content(path, mode, modified, size, hash, offset, check, delta);
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  private static long zagzig(long value) {
    return (value >>> 1) ^ -(value & 1);
  }
}
