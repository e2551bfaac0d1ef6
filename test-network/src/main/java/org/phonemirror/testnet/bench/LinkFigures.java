package org.phonemirror.testnet.bench;

import java.util.List;

/**
 * What transfers take over a link.
 *
 * @param shape of it
 * @param delayed whether it had its delay too
 * @param upKbits of UDP on the IP layer, measured
 * @param downKbits to the phone
 * @param uploads by the phone itself
 * @param relayOrders the batch with the order instead: then the phone is done
 * @param relayed from the order until the recipient has all of it
 * @param downloads by the phone itself
 * @param cacheOrders the batch with the order of a file
 * @param cached fetched from the cache
 */
public record LinkFigures(
    LinkShape shape,
    boolean delayed,
    double upKbits,
    double downKbits,
    List<Timed> uploads,
    List<Timed> relayOrders,
    List<Timed> relayed,
    List<Timed> downloads,
    List<Timed> cacheOrders,
    List<Timed> cached) {
  /**
   * One of them.
   *
   * @param bytes of the file
   * @param seconds that it took
   * @param computed from the longest file that was transferred, as it would have taken too long
   */
  public record Timed(int bytes, double seconds, boolean computed) {}
}
