package org.phonemirror.sync.delta;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds a signature's blocks in another version of the file. */
final class Matcher {
  private static final int NONE = -1;
  private static final int FILTER_BITS = 16;

  private final Signature signature;
  private final byte[] data;
  private final BitSet filter = new BitSet(1 << FILTER_BITS);
  private final Map<Integer, List<Integer>> blocksByHash = new HashMap<>();
  private final int fullBlocks;
  private final List<Part> parts = new ArrayList<>();
  private int literalStart;

  Matcher(Signature signature, byte[] data) {
    this.signature = signature;
    this.data = data;
    this.fullBlocks = signature.length() / signature.blockSize();
    for (int i = 0; i < fullBlocks; i++) {
      int weak = signature.weak()[i];
      filter.set(weak >>> (Signature.WEAK_BITS - FILTER_BITS));
      blocksByHash.computeIfAbsent(weak, w -> new ArrayList<>(1)).add(i);
    }
  }

  /** Blocks wherever they are now, found as rsync does (A. Tridgell, P. Mackerras, 1996). */
  List<Part> rolling() {
    return find(true);
  }

  /** Blocks at their old places only, which a chance match elsewhere can't put out of step. */
  List<Part> fixed() {
    return find(false);
  }

  private List<Part> find(boolean rolling) {
    parts.clear();
    literalStart = 0;
    int size = signature.blockSize();
    RollingHash hash = new RollingHash(data, 0, Math.min(size, data.length));
    boolean current = true;
    int at = 0;
    while (at < data.length) {
      int block = NONE;
      if (at + size <= data.length && fullBlocks > 0) {
        if (!current) {
          hash.moveTo(at);
          current = true;
        }
        block = fullBlock(at, hash.weak(), rolling);
      }
      if (block == NONE) {
        block = lastBlock(at, rolling);
      }
      if (block != NONE) {
        copy(at, block);
        at += signature.lengthOf(block);
        current = false;
      } else if (rolling) {
        if (at + size < data.length) {
          hash.roll(at);
        } else {
          current = false;
        }
        at++;
      } else {
        at += Math.min(size, data.length - at);
        current = false;
      }
    }
    if (literalStart < data.length) {
      parts.add(new Part(data.length - literalStart, 0, 0));
    }
    return List.copyOf(parts);
  }

  private int fullBlock(int at, int weak, boolean rolling) {
    if (!filter.get(weak >>> (Signature.WEAK_BITS - FILTER_BITS))) {
      return NONE;
    }
    List<Integer> candidates = blocksByHash.getOrDefault(weak, List.of());
    if (candidates.isEmpty()) {
      return NONE;
    }
    int size = signature.blockSize();
    long strong = Signature.strong(data, at, size, signature.strongBits());
    int next = next();
    int found = NONE;
    for (int block : candidates) {
      boolean inPlace = (long) block * size == at;
      if (signature.strong()[block] != strong || (!rolling && !inPlace)) {
        continue;
      }
      if (block == next) {
        return block;
      }
      if (found == NONE || inPlace) {
        found = block;
      }
    }
    return found;
  }

  /** The block behind the one copied last, which is the shortest to tell. */
  private int next() {
    if (parts.isEmpty()) {
      return 0;
    }
    Part last = parts.get(parts.size() - 1);
    return last.block() + last.blocks();
  }

  /** A shorter last block is looked for at its old place, and at the end. */
  private int lastBlock(int at, boolean rolling) {
    int block = signature.blocks() - 1;
    if (block < fullBlocks) {
      return NONE;
    }
    int length = signature.lengthOf(block);
    boolean inPlace = at == block * signature.blockSize();
    boolean atEnd = rolling && at + length == data.length;
    return (inPlace || atEnd)
            && at + length <= data.length
            && new RollingHash(data, at, length).weak() == signature.weak()[block]
            && Signature.strong(data, at, length, signature.strongBits())
                == signature.strong()[block]
        ? block
        : NONE;
  }

  private void copy(int at, int block) {
    int last = parts.size() - 1;
    if (last >= 0 && literalStart == at && next() == block) {
      Part before = parts.get(last);
      parts.set(last, new Part(before.literal(), before.block(), before.blocks() + 1));
    } else {
      parts.add(new Part(at - literalStart, block, 1));
    }
    literalStart = at + signature.lengthOf(block);
  }
}
