package org.phonemirror.core.antivirus.clamd;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Speaks clamd's protocol (clamd(8), "COMMANDS"), with a connection for each command. Safe for use
 * by several threads.
 */
public final class ClamdClient {
  private static final int CHUNK_BYTES = 128 * 1024;
  private static final int LENGTH_BYTES = 4;
  private static final int MAX_TEXT = 200;

  /** What clamd puts in a signature's place if {@code AlertExceedsMax} is set. */
  static final String LIMIT = "Heuristics.Limits.Exceeded";

  private static final String STREAM = "stream: ";
  private static final String FOUND = " FOUND";

  private final SocketAddress address;
  private final ClamdLimits limits;

  public ClamdClient(SocketAddress address, ClamdLimits limits) {
    this.address = address;
    this.limits = limits;
  }

  /**
   * The versions of engine and signatures, for example {@code ClamAV 1.4.6/27500/Sat Nov 21
   * 09:26:40 2026}; of the engine alone if there is no {@code daily} among the signatures.
   *
   * @throws IOException if clamd is not there or does not answer so
   */
  public String version() throws IOException {
    String version = command("zVERSION");
    if (!version.startsWith("ClamAV ")) {
      throw new IOException(at("answered '" + printable(version) + "' to VERSION"));
    }
    return printable(version);
  }

  /**
   * Asks for a sign of life.
   *
   * @throws IOException if there is none
   */
  public void ping() throws IOException {
    String answer = command("zPING");
    if (!answer.equals("PONG")) {
      throw new IOException(at("answered '" + printable(answer) + "' to PING"));
    }
  }

  private String command(String command) throws IOException {
    try (ClamdConversation clamd = ClamdConversation.open(address, limits.connect())) {
      clamd.send(line(command), limits.idle());
      return clamd.answer(limits.idle());
    } catch (IOException e) {
      throw new IOException(at(e.getMessage()), e);
    }
  }

  /**
   * Sends a content by INSTREAM. When the reply is {@link ScanReply.Clean} or {@link
   * ScanReply.Found}, all of it has been read and sent.
   *
   * @throws IOException if the content can't be read
   */
  public ScanReply scan(InputStream content) throws IOException {
    byte[] chunk = new byte[LENGTH_BYTES + CHUNK_BYTES];
    ClamdConversation clamd;
    try {
      clamd = ClamdConversation.open(address, limits.connect());
    } catch (IOException e) {
      return unavailable(e);
    }
    try (clamd) {
      boolean sent = send(clamd, line("zINSTREAM"));
      long length = 0;
      int count = -1;
      while (sent && (count = content.readNBytes(chunk, LENGTH_BYTES, CHUNK_BYTES)) > 0) {
        length += count;
        if (length > limits.contentBytes()) {
          return new ScanReply.LimitExceeded("longer than " + limits.contentBytes() + " bytes");
        }
        sent =
            send(clamd, ByteBuffer.wrap(chunk, 0, LENGTH_BYTES + count).putInt(count).position(0));
      }
      sent = sent && count == 0 && send(clamd, ByteBuffer.allocate(LENGTH_BYTES));
      return reply(clamd, sent);
    } catch (NoAnswer e) {
      return unavailable(e.cause);
    }
  }

  private boolean send(ClamdConversation clamd, ByteBuffer data) throws NoAnswer {
    try {
      return clamd.send(data, limits.idle());
    } catch (IOException e) {
      throw new NoAnswer(e);
    }
  }

  private ScanReply reply(ClamdConversation clamd, boolean sentAll) throws NoAnswer {
    try {
      return parse(clamd.answer(sentAll ? limits.scan() : limits.idle()), sentAll);
    } catch (IOException e) {
      throw new NoAnswer(e);
    }
  }

  /** Trouble with clamd, where trouble with the content is an IOException, too. */
  private static final class NoAnswer extends Exception {
    private static final long serialVersionUID = 1L;

    private final IOException cause;

    NoAnswer(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private ScanReply parse(String answer, boolean sentAll) {
    if (answer.contains("size limit exceeded")) {
      return new ScanReply.LimitExceeded("longer than clamd's StreamMaxLength");
    } else if (answer.endsWith("ERROR")) {
      return new ScanReply.Refused(printable(answer));
    } else if (sentAll && answer.equals("stream: OK")) {
      return new ScanReply.Clean();
    } else if (sentAll && answer.startsWith(STREAM) && answer.endsWith(FOUND)) {
      int end = Math.max(STREAM.length(), answer.length() - FOUND.length());
      String signature = printable(answer.substring(STREAM.length(), end));
      return signature.startsWith(LIMIT)
          ? new ScanReply.LimitExceeded(signature)
          : new ScanReply.Found(signature);
    }
    return new ScanReply.Refused(
        (sentAll ? "answered '" : "answered before it had all: '") + printable(answer) + "'");
  }

  private ScanReply unavailable(IOException e) {
    return new ScanReply.Unavailable(at(e.getMessage()));
  }

  private String at(String trouble) {
    return "clamd at " + address + ": " + trouble;
  }

  private static ByteBuffer line(String command) {
    return ByteBuffer.wrap((command + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  private static String printable(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT) : clean;
  }
}
