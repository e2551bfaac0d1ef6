package org.phonemirror.core.qemu;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;

/**
 * A tape in the form in which the guest's agent takes it ({@code guest/README.md}), within the
 * agent's limits. A flow that can't be replayed is told of, but without its data: the agent uses it
 * up with the mirror's connection and cuts that off. So are the largest flows of a tape that is too
 * large.
 */
final class TapeEncoder {
  /** Of the agent's, TAPE_MAX_BYTES and so on. */
  static final int MAX_BYTES = 8 << 20;

  static final int MAX_FLOWS = 8192;
  static final int MAX_ITEMS = 65536;

  private static final int MAX_PUSH_BYTES = 12000;
  private static final int TCP = 1;
  private static final int UDP = 2;
  private static final int PUSH = 3;
  private static final int UNREPLAYABLE = 3;

  private final long startMicros;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private TapeEncoder(long startMicros) {
    this.startMicros = startMicros;
  }

  /**
   * An encoded tape.
   *
   * @param bytes none if there is nothing on it
   * @param leftOut ids of flows that were left without their data since they are too large
   */
  record Encoded(byte[] bytes, List<Long> leftOut) {}

  /** A flow, or what stands for one without its data. */
  private record Part(long id, byte[] whole, byte[] stub, int items) {
    int saving() {
      return whole.length - stub.length;
    }
  }

  /** Encodes a tape for an interval that starts at a time. */
  static Encoded encode(Tape tape, long startMicros) {
    List<Part> parts = new ArrayList<>();
    for (TcpFlow flow : tape.tcp()) {
      if (flow.isForMirrors()) {
        parts.add(part(flow, startMicros));
      }
    }
    for (UdpFlow flow : tape.udp()) {
      byte[] stub = udp(flow, List.of(), startMicros);
      boolean replayable = flow.marks().isEmpty();
      byte[] whole = replayable ? udp(flow, flow.datagrams(), startMicros) : stub;
      parts.add(new Part(flow.id(), whole, stub, replayable ? flow.datagrams().size() : 0));
    }
    List<byte[]> pushes = new ArrayList<>();
    for (SessionContent content : tape.session()) {
      content
          .mmsPush()
          .filter(body -> body.length <= MAX_PUSH_BYTES)
          .ifPresent(body -> pushes.add(push(content, startMicros)));
    }
    return fit(parts, pushes);
  }

  private static Part part(TcpFlow flow, long startMicros) {
    int opening =
        switch (flow.opening()) {
          case ACCEPTED -> 0;
          case REFUSED -> 1;
          case SILENT -> 2;
        };
    byte[] stub = tcp(flow, opening == 0 ? UNREPLAYABLE : opening, false, startMicros);
    boolean replayable = flow.replayable() && opening == 0;
    byte[] whole = replayable ? tcp(flow, opening, true, startMicros) : stub;
    return new Part(flow.id(), whole, stub, replayable ? flow.received().size() : 0);
  }

  /** Leaves the data of the largest out until the rest is within the limits. */
  private static Encoded fit(List<Part> parts, List<byte[]> pushes) {
    List<Long> leftOut = new ArrayList<>();
    long size = 0;
    long items = 0;
    for (Part part : parts) {
      size += part.whole.length;
      items += part.items;
    }
    for (byte[] push : pushes) {
      size += push.length;
    }
    List<Part> kept = new ArrayList<>(parts);
    while (kept.size() + pushes.size() > MAX_FLOWS) {
      Part last = kept.remove(kept.size() - 1);
      size -= last.whole.length;
      items -= last.items;
      leftOut.add(last.id);
    }
    List<Part> bySize = new ArrayList<>(kept);
    bySize.sort(Comparator.comparingInt(Part::saving).reversed());
    for (Part part : bySize) {
      if (size <= MAX_BYTES && items <= MAX_ITEMS) {
        break;
      }
      size -= part.saving();
      items -= part.items;
      leftOut.add(part.id);
      kept.set(kept.indexOf(part), new Part(part.id, part.stub, part.stub, 0));
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream((int) Math.min(size, MAX_BYTES));
    kept.forEach(part -> all.writeBytes(part.whole));
    pushes.forEach(all::writeBytes);
    return new Encoded(all.toByteArray(), leftOut);
  }

  private static byte[] tcp(TcpFlow flow, int opening, boolean whole, long startMicros) {
    TapeEncoder encoder = new TapeEncoder(startMicros);
    return encoder.record(
        out -> {
          out.writeByte(TCP);
          out.writeLong(flow.id());
          encoder.endpoint(flow.remote());
          out.writeByte(opening);
          out.writeByte(end(flow.phoneEnd()));
          encoder.time(flow.openedMicros());
          out.writeLong(flow.sentBefore());
          byte[] sent = whole ? flow.sent() : new byte[0];
          List<TcpFlow.Received> received = whole ? flow.received() : List.of();
          out.writeInt(sent.length);
          out.writeInt(received.size());
          ByteArrayOutputStream data = new ByteArrayOutputStream();
          data.writeBytes(sent);
          for (TcpFlow.Received item : received) {
            byte[] chunk = item.data();
            encoder.time(item.timeMicros());
            out.writeLong(item.afterSent());
            out.writeByte(end(item.end()));
            out.writeInt(chunk.length);
            data.writeBytes(chunk);
          }
          data.writeTo(out);
        });
  }

  private static byte[] udp(UdpFlow flow, List<UdpFlow.Datagram> datagrams, long startMicros) {
    TapeEncoder encoder = new TapeEncoder(startMicros);
    return encoder.record(
        out -> {
          out.writeByte(UDP);
          out.writeLong(flow.id());
          encoder.endpoint(flow.remote());
          out.writeInt(datagrams.size());
          ByteArrayOutputStream data = new ByteArrayOutputStream();
          for (UdpFlow.Datagram datagram : datagrams) {
            byte[] payload = datagram.data();
            encoder.time(datagram.timeMicros());
            out.writeByte(
                switch (datagram.kind()) {
                  case SENT -> 0;
                  case RECEIVED -> 1;
                  case UNREACHABLE -> 2;
                });
            out.writeShort(payload.length);
            data.writeBytes(payload);
          }
          data.writeTo(out);
        });
  }

  private static byte[] push(SessionContent content, long startMicros) {
    TapeEncoder encoder = new TapeEncoder(startMicros);
    return encoder.record(
        out -> {
          out.writeByte(PUSH);
          encoder.time(content.timeMicros());
          out.writeInt(content.body().length);
          out.write(content.body());
        });
  }

  private static int end(TcpFlow.End end) {
    return switch (end) {
      case OPEN -> 0;
      case FIN -> 1;
      case RST -> 2;
    };
  }

  private void time(long micros) throws IOException {
    out.writeLong(micros - startMicros);
  }

  private void endpoint(InetSocketAddress end) throws IOException {
    byte[] address = end.getAddress().getAddress();
    out.writeByte(address.length == 4 ? 4 : 6);
    out.write(address);
    out.writeShort(end.getPort());
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private byte[] record(Writing writing) {
    try {
      writing.to(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be written to", e);
    }
  }
}
