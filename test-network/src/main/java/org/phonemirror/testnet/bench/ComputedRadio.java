package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * For whoever may make no namespaces: datagrams are counted at a forwarder, and what TCP takes is
 * computed, as on a path without loss.
 */
final class ComputedRadio implements Radio {
  private static final String ADDRESS = "127.64.4.1";

  /** IPv4 and TCP headers with time stamps (RFC 7323). */
  private static final int HEADER = 20 + 32;

  private static final int SEGMENT = 1500 - HEADER;

  /** Three segments to begin, of which two have more options, and four to end. */
  private static final int CONNECTION = 3 * HEADER + 2 * 8 + 4 * HEADER;

  private UdpForwarder forwarder;
  private long computed;

  @Override
  public String description() {
    return "datagrams counted, TCP computed: without root there is no network of the phone's own";
  }

  @Override
  public String servers() {
    return ADDRESS;
  }

  @Override
  public InetSocketAddress datagrams(InetSocketAddress server) throws IOException {
    forwarder = UdpForwarder.start(new InetSocketAddress(ADDRESS, 0), server);
    return forwarder.address();
  }

  @Override
  public Process start(List<String> java) throws IOException {
    return new ProcessBuilder(java).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Override
  public long bytes() {
    return computed + forwarder.bytes();
  }

  @Override
  public void carried(long up, long down) {
    computed += CONNECTION + segments(up) + segments(down);
  }

  /** With an acknowledgement of every second one. */
  private static long segments(long bytes) {
    long segments = (bytes + SEGMENT - 1) / SEGMENT;
    return bytes + segments * HEADER + (segments + 1) / 2 * HEADER;
  }

  @Override
  public void close() throws IOException {
    if (forwarder != null) {
      forwarder.close();
    }
  }
}
