package org.phonemirror.sync.delta;

/**
 * A piece of a delta: bytes that are told, then blocks that the other side has.
 *
 * @param literal how many bytes are told
 * @param block the first block
 * @param blocks how many, one after the other; 0 in a last part that ends with what is told
 */
public record Part(int literal, int block, int blocks) {
  public Part {
    if (literal < 0 || block < 0 || blocks < 0) {
      throw new IllegalArgumentException(
          "part of a delta has " + literal + " bytes and " + blocks + " blocks from " + block);
    }
  }
}
