package org.phonemirror.core.traffic.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;

/**
 * A tape as bytes: {@code PMTAPE}, a version byte, whose tape it is and which, its content, and the
 * CRC-32C of all that.
 *
 * <p>Numbers are big-endian and of fixed width, arrays, texts and lists have their length before
 * them, constants are their names, and what may be absent does not occur, so that the fields below
 * are the whole description. CBOR would bring names or numbers for each field of nine kinds of
 * objects, a second mapping beside the records, and one more dependency, for a file that only this
 * program reads and that is gone after a few intervals. A format that changes gets another version,
 * and tapes of the old one are refused: the mirror that waits for one is repaired from its storage.
 *
 * <p>Reading holds no more than what it has read, whatever a length says.
 */
public final class TapeCodec {
  /** Longest tape read: several times what is recorded of an interval. */
  public static final long MAX_BYTES = 64L << 20;

  private static final byte[] MAGIC = {'P', 'M', 'T', 'A', 'P', 'E'};
  private static final int VERSION = 1;

  private TapeCodec() {}

  /** Writes a tape; the stream is left open. */
  public static void write(OutputStream stream, Impu subscriber, long sequence, Tape tape)
      throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(stream, new CRC32C());
    TapeOutput out = new TapeOutput(checked);
    out.raw(MAGIC);
    out.u8(VERSION);
    out.text(subscriber.uri());
    out.i64(sequence);
    out.i64(tape.startMicros());
    out.i64(tape.endMicros());
    out.list(tape.tcp(), TapeCodec::writeTcp);
    out.list(tape.udp(), TapeCodec::writeUdp);
    out.list(tape.session(), TapeCodec::writeSession);
    out.i32((int) checked.getChecksum().getValue());
    out.flush();
  }

  private static void writeTcp(TapeOutput out, TcpFlow flow) throws IOException {
    out.i64(flow.id());
    out.address(flow.phone());
    out.address(flow.remote());
    out.i64(flow.openedMicros());
    out.constant(flow.opening());
    out.i64(flow.sentBefore());
    out.bytes(flow.sent());
    out.list(flow.received(), TapeCodec::writeReceived);
    out.constant(flow.phoneEnd());
    out.list(flow.marks().stream().sorted().toList(), TapeOutput::constant);
  }

  private static void writeReceived(TapeOutput out, TcpFlow.Received received) throws IOException {
    out.i64(received.timeMicros());
    out.i64(received.afterSent());
    out.bytes(received.data());
    out.constant(received.end());
  }

  private static void writeUdp(TapeOutput out, UdpFlow flow) throws IOException {
    out.i64(flow.id());
    out.address(flow.phone());
    out.address(flow.remote());
    out.list(flow.datagrams(), TapeCodec::writeDatagram);
    out.list(flow.marks().stream().sorted().toList(), TapeOutput::constant);
  }

  private static void writeDatagram(TapeOutput out, UdpFlow.Datagram datagram) throws IOException {
    out.i64(datagram.timeMicros());
    out.constant(datagram.kind());
    out.bytes(datagram.data());
  }

  private static void writeSession(TapeOutput out, SessionContent content) throws IOException {
    out.i64(content.timeMicros());
    out.constant(content.direction());
    out.text(content.method());
    out.text(content.peer());
    out.text(content.contentType());
    out.bytes(content.body());
  }

  /**
   * Reads a tape.
   *
   * @throws IOException if it is torn, changed, of another version, or not the tape asked for
   */
  public static Tape read(InputStream stream, Impu subscriber, long sequence) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(stream, new CRC32C());
    TapeInput in = new TapeInput(checked, MAX_BYTES);
    in.expect(MAGIC, "is no tape");
    int version = in.u8();
    if (version != VERSION) {
      throw new IOException("has version " + version + ", this program reads version " + VERSION);
    }
    String owner = in.text();
    long number = in.i64();
    Tape tape;
    try {
      tape =
          new Tape(
              in.i64(),
              in.i64(),
              in.list(TapeCodec::readTcp),
              in.list(TapeCodec::readUdp),
              in.list(TapeCodec::readSession));
    } catch (IllegalArgumentException e) {
      throw new IOException("is damaged: " + e.getMessage(), e);
    }
    int checksum = (int) checked.getChecksum().getValue();
    if (in.i32() != checksum) {
      throw new IOException("is damaged: its checksum does not fit");
    }
    if (stream.read() >= 0) {
      throw new IOException("is damaged: it goes on after its end");
    }
    if (!owner.equals(subscriber.uri()) || number != sequence) {
      throw new IOException("is tape " + number + " of " + owner);
    }
    return tape;
  }

  private static Mark readMark(TapeInput in) throws IOException {
    return in.constant(Mark.class);
  }

  private static TcpFlow readTcp(TapeInput in) throws IOException {
    return new TcpFlow(
        in.i64(),
        in.address(),
        in.address(),
        in.i64(),
        in.constant(TcpFlow.Opening.class),
        in.i64(),
        in.bytes(),
        in.list(TapeCodec::readReceived),
        in.constant(TcpFlow.End.class),
        Set.copyOf(in.list(TapeCodec::readMark)));
  }

  private static TcpFlow.Received readReceived(TapeInput in) throws IOException {
    return new TcpFlow.Received(in.i64(), in.i64(), in.bytes(), in.constant(TcpFlow.End.class));
  }

  private static UdpFlow readUdp(TapeInput in) throws IOException {
    return new UdpFlow(
        in.i64(),
        in.address(),
        in.address(),
        in.list(TapeCodec::readDatagram),
        Set.copyOf(in.list(TapeCodec::readMark)));
  }

  private static UdpFlow.Datagram readDatagram(TapeInput in) throws IOException {
    return new UdpFlow.Datagram(in.i64(), in.constant(UdpFlow.Kind.class), in.bytes());
  }

  private static SessionContent readSession(TapeInput in) throws IOException {
    return new SessionContent(
        in.i64(),
        in.constant(SessionContent.Direction.class),
        in.text(),
        in.text(),
        in.text(),
        in.bytes());
  }
}
