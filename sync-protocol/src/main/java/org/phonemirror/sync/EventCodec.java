package org.phonemirror.sync;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * The input events of a batch on the wire: differences, in the shortest code that keeps every
 * microsecond.
 *
 * <p>Almost all of what a person types are <i>taps</i>: a key pressed and, 50 to 200 ms later,
 * released. A tap is written as one item: time since the previous press, time held beyond the
 * shortest hold in the batch, and the key's index among the batch's keys. All that is not part of a
 * tap (touch, a key held across the interval's end) follows as single events: the time since the
 * previous one, the index of its (device, type, code) among the batch's, and the difference to that
 * channel's previous value.
 *
 * <p>Bytes are too coarse for such numbers: a time of 2 s in microseconds has 21 bits, and a byte
 * varint spends 24 or 32 on it. They are written as Rice codes (R. F. Rice, "Some practical
 * universal noiseless coding techniques", JPL 79-22, 1979), with the best parameter of each column
 * in front; for exponentially distributed times that is within half a bit of the entropy.
 *
 * <p>Reading merges both rows by time. Where two events have the same time that order may not be
 * the original one; writing tries it, and then does without taps.
 */
final class EventCodec {
  /** Largest Rice parameter: quotients of the longest interval then still fit. */
  private static final int MAX_RICE = 40;

  private static final int RICE_BITS = 6;
  private static final int CODE_BITS = 10;

  private EventCodec() {}

  private record Tap(long pressMicros, long heldMicros, int code) {}

  private record Channel(int device, int type, int code) {
    static Channel of(InputEvent event) {
      return new Channel(event.device(), event.type(), event.code());
    }
  }

  private record Split(int device, List<Tap> taps, List<InputEvent> others) {}

  static void write(BitWriter out, long startMicros, List<InputEvent> events) {
    Split split = split(events);
    if (!merge(split).equals(events)) {
      split = new Split(0, List.of(), events);
    }
    writeTaps(out, startMicros, split);
    writeOthers(out, startMicros, split.others);
  }

  static List<InputEvent> read(BitReader in, long startMicros) throws MalformedMessageException {
    int tapCount = in.count("number of taps", Limits.MAX_EVENTS / 2);
    List<Tap> taps = new ArrayList<>();
    int device = tapCount == 0 ? 0 : readTaps(in, startMicros, tapCount, taps);
    int otherCount = in.count("number of single events", Limits.MAX_EVENTS - 2 * tapCount);
    List<InputEvent> others = new ArrayList<>();
    if (otherCount > 0) {
      readOthers(in, startMicros, otherCount, others);
    }
    return merge(new Split(device, taps, others));
  }

  private static Split split(List<InputEvent> events) {
    int device =
        events.stream()
            .filter(e -> e.type() == InputEvent.EV_KEY)
            .mapToInt(InputEvent::device)
            .findFirst()
            .orElse(0);
    List<Tap> taps = new ArrayList<>();
    List<InputEvent> others = new ArrayList<>();
    Map<Integer, Integer> openTaps = new HashMap<>();
    for (InputEvent event : events) {
      boolean key = event.type() == InputEvent.EV_KEY && event.device() == device;
      if (key && event.value() == 1 && !openTaps.containsKey(event.code())) {
        openTaps.put(event.code(), taps.size());
        taps.add(new Tap(event.timeMicros(), -1, event.code()));
      } else if (key && event.value() == 0 && openTaps.containsKey(event.code())) {
        int index = openTaps.remove(event.code());
        Tap tap = taps.get(index);
        taps.set(index, new Tap(tap.pressMicros, event.timeMicros() - tap.pressMicros, tap.code));
      } else {
        others.add(event);
      }
    }
    for (int index : openTaps.values()) {
      Tap held = taps.get(index);
      others.add(new InputEvent(held.pressMicros, device, InputEvent.EV_KEY, held.code, 1));
    }
    taps.removeIf(tap -> tap.heldMicros < 0);
    others.sort(Comparator.comparingLong(InputEvent::timeMicros));
    return new Split(device, taps, others);
  }

  private static List<InputEvent> merge(Split split) {
    List<InputEvent> events = new ArrayList<>(split.taps.size() * 2 + split.others.size());
    PriorityQueue<InputEvent> releases =
        new PriorityQueue<>(Comparator.comparingLong(InputEvent::timeMicros));
    int nextOther = 0;
    for (Tap tap : split.taps) {
      nextOther = drain(releases, split.others, nextOther, tap.pressMicros, events);
      events.add(key(split.device, tap.pressMicros, tap.code, 1));
      releases.add(key(split.device, tap.pressMicros + tap.heldMicros, tap.code, 0));
    }
    drain(releases, split.others, nextOther, Long.MAX_VALUE, events);
    return events;
  }

  /** Takes what comes before a time from both rows, and tells where it left the second. */
  private static int drain(
      PriorityQueue<InputEvent> releases,
      List<InputEvent> others,
      int nextOther,
      long before,
      List<InputEvent> events) {
    int next = nextOther;
    while (true) {
      InputEvent release = releases.peek();
      InputEvent other = next < others.size() ? others.get(next) : null;
      boolean takeRelease =
          release != null && (other == null || release.timeMicros() <= other.timeMicros());
      InputEvent first = takeRelease ? release : other;
      if (first == null || first.timeMicros() >= before) {
        return next;
      }
      events.add(first);
      if (takeRelease) {
        releases.remove();
      } else {
        next++;
      }
    }
  }

  private static InputEvent key(int device, long timeMicros, int code, int value) {
    return new InputEvent(timeMicros, device, InputEvent.EV_KEY, code, value);
  }

  private static void writeTaps(BitWriter out, long startMicros, Split split) {
    List<Tap> taps = split.taps;
    out.varint(taps.size());
    if (taps.isEmpty()) {
      return;
    }
    long[] gaps = new long[taps.size()];
    long[] holds = new long[taps.size()];
    long shortest = taps.stream().mapToLong(Tap::heldMicros).min().orElse(0);
    long previous = startMicros;
    TreeSet<Integer> codes = new TreeSet<>();
    for (int i = 0; i < gaps.length; i++) {
      Tap tap = taps.get(i);
      gaps[i] = tap.pressMicros - previous;
      holds[i] = tap.heldMicros - shortest;
      previous = tap.pressMicros;
      codes.add(tap.code);
    }
    out.varint(split.device);
    out.varint(shortest);
    int gapRice = writeRice(out, gaps);
    int holdRice = writeRice(out, holds);
    out.bits(codes.size(), CODE_BITS);
    Map<Integer, Integer> index = new HashMap<>();
    long[] steps = new long[codes.size()];
    int below = -1;
    for (int code : codes) {
      steps[index.size()] = (long) code - below - 1;
      index.put(code, index.size());
      below = code;
    }
    int stepRice = writeRice(out, steps);
    for (long step : steps) {
      out.rice(step, stepRice);
    }
    int indexBits = bitsFor(codes.size());
    for (int i = 0; i < gaps.length; i++) {
      out.rice(gaps[i], gapRice);
      out.rice(holds[i], holdRice);
      out.bits(index.get(taps.get(i).code), indexBits);
    }
  }

  private static int readTaps(BitReader in, long startMicros, int count, List<Tap> taps)
      throws MalformedMessageException {
    int device = in.count("device", Limits.MAX_DEVICE);
    long shortest = in.varint();
    int gapRice = readRice(in);
    int holdRice = readRice(in);
    int[] codes = new int[(int) in.bits(CODE_BITS)];
    int stepRice = readRice(in);
    long code = -1;
    for (int i = 0; i < codes.length; i++) {
      code += in.rice(stepRice) + 1;
      if (code > Limits.MAX_EVENT_CODE) {
        throw new MalformedMessageException(
            "key code is " + code + ", at most " + Limits.MAX_EVENT_CODE);
      }
      codes[i] = (int) code;
    }
    int indexBits = bitsFor(codes.length);
    long press = startMicros;
    for (int i = 0; i < count; i++) {
      press = later(press, in.rice(gapRice));
      long held = later(shortest, in.rice(holdRice));
      later(press, held);
      taps.add(new Tap(press, held, codes[index(in, indexBits, codes.length)]));
    }
    return device;
  }

  private static void writeOthers(BitWriter out, long startMicros, List<InputEvent> events) {
    out.varint(events.size());
    if (events.isEmpty()) {
      return;
    }
    Map<Channel, Integer> index = new LinkedHashMap<>();
    Map<Channel, Integer> last = new HashMap<>();
    long[] gaps = new long[events.size()];
    long[] changes = new long[events.size()];
    long previous = startMicros;
    for (int i = 0; i < gaps.length; i++) {
      InputEvent event = events.get(i);
      Channel channel = Channel.of(event);
      index.putIfAbsent(channel, index.size());
      long change = (long) event.value() - last.getOrDefault(channel, 0);
      last.put(channel, event.value());
      gaps[i] = event.timeMicros() - previous;
      changes[i] = (change << 1) ^ (change >> 63);
      previous = event.timeMicros();
    }
    out.varint(index.size());
    for (Channel channel : index.keySet()) {
      out.varint(channel.device);
      out.varint(channel.type);
      out.varint(channel.code);
    }
    long[] apart =
        java.util.Arrays.stream(gaps).filter(gap -> gap > 0).map(gap -> gap - 1).toArray();
    int gapRice = writeRice(out, apart);
    int changeRice = writeRice(out, changes);
    int indexBits = bitsFor(index.size());
    for (int i = 0; i < gaps.length; i++) {
      out.bits(gaps[i] > 0 ? 1 : 0, 1);
      if (gaps[i] > 0) {
        out.rice(gaps[i] - 1, gapRice);
      }
      out.bits(index.get(Channel.of(events.get(i))), indexBits);
      out.rice(changes[i], changeRice);
    }
  }

  private static void readOthers(BitReader in, long startMicros, int count, List<InputEvent> events)
      throws MalformedMessageException {
    int channelCount = in.count("number of event channels", count);
    Channel[] channels = new Channel[channelCount];
    for (int i = 0; i < channelCount; i++) {
      channels[i] =
          new Channel(
              in.count("device", Limits.MAX_DEVICE),
              in.count("event type", Limits.MAX_EVENT_TYPE),
              in.count("event code", Limits.MAX_EVENT_CODE));
    }
    int gapRice = readRice(in);
    int changeRice = readRice(in);
    int indexBits = bitsFor(channelCount);
    int[] last = new int[channelCount];
    long time = startMicros;
    for (int i = 0; i < count; i++) {
      if (in.bits(1) == 1) {
        time = later(time, in.rice(gapRice) + 1);
      }
      int index = index(in, indexBits, channelCount);
      long coded = in.rice(changeRice);
      last[index] += (int) ((coded >>> 1) ^ -(coded & 1));
      Channel channel = channels[index];
      events.add(new InputEvent(time, channel.device, channel.type, channel.code, last[index]));
    }
  }

  private static long later(long time, long by) throws MalformedMessageException {
    long sum = time + by;
    if (by < 0 || sum < time || sum > Long.MAX_VALUE / 4) {
      throw new MalformedMessageException("event time is out of range");
    }
    return sum;
  }

  private static int index(BitReader in, int bits, int size) throws MalformedMessageException {
    int index = (int) in.bits(bits);
    if (index >= size) {
      throw new MalformedMessageException("index " + index + " into a table of " + size);
    }
    return index;
  }

  private static int bitsFor(int size) {
    return size <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(size - 1);
  }

  private static int writeRice(BitWriter out, long[] values) {
    int best = 0;
    long bestCost = Long.MAX_VALUE;
    for (int k = 0; k <= MAX_RICE; k++) {
      long cost = (long) k * values.length;
      for (long value : values) {
        cost += value >>> k;
      }
      if (cost < bestCost) {
        bestCost = cost;
        best = k;
      }
    }
    out.bits(best, RICE_BITS);
    return best;
  }

  private static int readRice(BitReader in) throws MalformedMessageException {
    int k = (int) in.bits(RICE_BITS);
    if (k > MAX_RICE) {
      throw new MalformedMessageException("Rice parameter is " + k + ", at most " + MAX_RICE);
    }
    return k;
  }
}
