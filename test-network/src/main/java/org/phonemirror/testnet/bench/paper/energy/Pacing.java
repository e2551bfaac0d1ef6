package org.phonemirror.testnet.bench.paper.energy;

import java.util.ArrayList;
import java.util.List;

/**
 * What if a burst went up in small pieces, one after the other, each acknowledged before the next:
 * a radio whose network gives a dedicated channel only to what is longer would stay on the shared
 * one. Computed, as the protocol does not do it.
 *
 * @param pieceBytes longest datagram, on the IP layer
 * @param headerBytes of each, that carries nothing new
 * @param pauseSeconds from one to the next
 */
public record Pacing(int pieceBytes, int headerBytes, double pauseSeconds) {
  public Pacing {
    if (pieceBytes <= headerBytes) {
      throw new IllegalArgumentException(
          "pieces of " + pieceBytes + " bytes have no room beside " + headerBytes + " of headers");
    }
  }

  /** The same content in pieces. */
  public List<Burst> apply(List<Burst> bursts) {
    List<Burst> paced = new ArrayList<>();
    for (Burst burst : bursts) {
      int pieces = 0;
      for (int length : burst.up()) {
        int left = Math.max(1, length - headerBytes);
        while (left > 0) {
          int carried = Math.min(left, pieceBytes - headerBytes);
          paced.add(
              new Burst(
                  burst.atSeconds() + pieces++ * pauseSeconds,
                  List.of(carried + headerBytes),
                  List.of(headerBytes)));
          left -= carried;
        }
      }
    }
    return paced;
  }
}
