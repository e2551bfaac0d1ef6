package org.phonemirror.testnet.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Looks into a mailbox (RFC 3501). */
final class ImapClient implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;
  private int commands;

  ImapClient(String address, int port) throws IOException {
    socket = new Socket(address, port);
    socket.setSoTimeout(20_000);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    String greeting = in.readLine();
    if (greeting == null || !greeting.startsWith("* OK")) {
      throw new IOException("no greeting: " + greeting);
    }
  }

  /**
   * Proves that it knows the password, by CRAM-MD5 (RFC 2195).
   *
   * @return the server's challenge
   */
  String logIn(String user, String password) throws IOException, GeneralSecurityException {
    String tag = send("AUTHENTICATE CRAM-MD5");
    String line = in.readLine();
    if (line == null || !line.startsWith("+ ")) {
      throw new IOException("no challenge: " + line);
    }
    byte[] challenge = Base64.getDecoder().decode(line.substring(2));
    Mac mac = Mac.getInstance("HmacMD5");
    mac.init(new SecretKeySpec(password.getBytes(US_ASCII), "HmacMD5"));
    String response = user + " " + HexFormat.of().formatHex(mac.doFinal(challenge));
    write(Base64.getEncoder().encodeToString(response.getBytes(US_ASCII)));
    answer(tag);
    return new String(challenge, US_ASCII);
  }

  /** What the server says to a command that it obeys. */
  String command(String text) throws IOException {
    return answer(send(text));
  }

  private String send(String text) throws IOException {
    String tag = "a" + ++commands;
    write(tag + " " + text);
    return tag;
  }

  private void write(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
  }

  private String answer(String tag) throws IOException {
    StringBuilder all = new StringBuilder();
    String line;
    do {
      line = in.readLine();
      all.append(line).append('\n');
    } while (line != null && !line.startsWith(tag + " "));
    if (line == null || !line.startsWith(tag + " OK")) {
      throw new IOException("refused: " + all);
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
