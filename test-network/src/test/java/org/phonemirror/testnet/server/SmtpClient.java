package org.phonemirror.testnet.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.List;

/** Sends a message (RFC 5321). */
final class SmtpClient implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;

  SmtpClient(String address, int port) throws IOException {
    socket = new Socket(address, port);
    socket.setSoTimeout(20_000);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    expect("220");
  }

  void send(String from, List<String> to, String message) throws IOException {
    command("EHLO phone.example", "250");
    command("MAIL FROM:<" + from + ">", "250");
    for (String recipient : to) {
      command("RCPT TO:<" + recipient + ">", "250");
    }
    command("DATA", "354");
    command(message + ".", "250");
    command("QUIT", "221");
  }

  private void command(String line, String status) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
    expect(status);
  }

  private void expect(String status) throws IOException {
    String line;
    do {
      line = in.readLine();
      if (line == null || !line.startsWith(status)) {
        throw new IOException("expected " + status + ", got: " + line);
      }
    } while (line.charAt(3) == '-');
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
