package org.phonemirror.testnet.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a mobile link is, made by a queueing discipline of Linux at each end: netem(8) with
 * delay where the kernel has it, else tbf(8), whose delay is that of its queue alone.
 *
 * @param name of the network
 * @param upKbits kbit/s from the phone
 * @param downKbits kbit/s to it
 * @param delayMillis one way
 */
public record LinkShape(String name, int upKbits, int downKbits, int delayMillis) {
  /** Half a second of traffic may wait, as in a base station. */
  private static final int QUEUE_MILLIS = 500;

  private static final int LEAST_QUEUE = 30_000;
  private static final int PACKET = 1514;

  /** The timer of the kernel gives the bucket's content at least so often. */
  private static final int TIMER_HERTZ = 100;

  /** What a queueing discipline at a device is called, up or down. */
  List<String> discipline(int kbits, boolean withDelay) {
    List<String> words = new ArrayList<>();
    if (withDelay) {
      int packets = Math.max(LEAST_QUEUE, kbits * (QUEUE_MILLIS + delayMillis) / 8) / PACKET;
      words.addAll(List.of("netem", "delay", delayMillis + "ms", "rate", kbits + "kbit"));
      words.addAll(List.of("limit", Integer.toString(packets)));
    } else {
      int burst = Math.max(2 * PACKET, kbits * 1000 / 8 / TIMER_HERTZ);
      int limit = Math.max(LEAST_QUEUE, kbits * QUEUE_MILLIS / 8);
      words.addAll(List.of("tbf", "rate", kbits + "kbit", "burst", Integer.toString(burst)));
      words.addAll(List.of("limit", Integer.toString(limit)));
    }
    return words;
  }

  /** Shapes what leaves by a device; tells whether with delay. */
  boolean apply(String device, int kbits, Runner runner) throws IOException {
    List<String> add = List.of("tc", "qdisc", "add", "dev", device, "root");
    try {
      runner.run(joined(add, discipline(kbits, true)));
      return true;
    } catch (IOException e) {
      // the kernel of containers often lacks netem; if it is something else, this fails too
      runner.run(joined(add, discipline(kbits, false)));
      return false;
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** Runs a command where the device is. */
  interface Runner {
    void run(List<String> command) throws IOException;
  }
}
