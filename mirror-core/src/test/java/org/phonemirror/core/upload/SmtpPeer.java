package org.phonemirror.core.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A mail server (RFC 5321) that takes everything but what it is told to answer otherwise. */
final class SmtpPeer implements AutoCloseable {
  /** An answer that is none: the connection ends. */
  static final String HANG_UP = "";

  /** An answer that does not come, however long one waits. */
  static final String SILENCE = "-";

  /** The command that stands for the end of the data. */
  static final String END = ".";

  /** Whole messages, whatever was answered to them. */
  final List<String> messages = new CopyOnWriteArrayList<>();

  final List<String> commands = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<String>> answers = new ConcurrentHashMap<>();
  private final ServerSocket socket;
  private final Optional<SSLContext> startTls;
  private volatile String size = "SIZE 1000000";

  SmtpPeer(String address) throws IOException {
    this(new ServerSocket(0, 10, InetAddress.getByName(address)), Optional.empty());
  }

  /** Offers STARTTLS (RFC 3207). */
  static SmtpPeer withStartTls(String address, SSLContext tls) throws IOException {
    return new SmtpPeer(new ServerSocket(0, 10, InetAddress.getByName(address)), Optional.of(tls));
  }

  /** Speaks TLS from the first byte. */
  static SmtpPeer withTls(String address, SSLContext tls) throws IOException {
    return new SmtpPeer(
        tls.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName(address)),
        Optional.empty());
  }

  private SmtpPeer(ServerSocket socket, Optional<SSLContext> startTls) {
    this.socket = socket;
    this.startTls = startTls;
    Thread thread = new Thread(this::run, "smtp-peer");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The next answers to a command. */
  SmtpPeer answers(String command, String... next) {
    answers.put(command, new ConcurrentLinkedQueue<>(List.of(next)));
    return this;
  }

  SmtpPeer takes(int bytes) {
    size = "SIZE " + bytes;
    return this;
  }

  private void run() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        connection.setSoTimeout(20_000);
        if (answer(connection, "connect", "220 peer")) {
          serve(connection);
        }
      } catch (IOException e) {
        commands.add("broken: " + e.getMessage());
      }
    }
  }

  private void serve(Socket connection) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
    boolean goesOn = true;
    while (goesOn) {
      String line = in.readLine();
      if (line == null) {
        return;
      }
      commands.add(line);
      String command = line.split("[ :]", 2)[0];
      switch (command) {
        case "EHLO" -> {
          boolean offers = startTls.isPresent() && !(connection instanceof SSLSocket);
          String extensions = (offers ? "250-STARTTLS\r\n250 " : "250-AUTH PLAIN\r\n250 ") + size;
          goesOn = answer(connection, command, "250-peer\r\n" + extensions);
        }
        case "STARTTLS" -> {
          if (answer(connection, command, "220 go on")) {
            serve(secured(connection));
          }
          return;
        }
        case "AUTH" -> goesOn = answer(connection, command, "235 welcome");
        case "DATA" -> {
          boolean refuses = !answers.getOrDefault(command, new ConcurrentLinkedQueue<>()).isEmpty();
          goesOn = answer(connection, command, "354 go on") && (refuses || data(in, connection));
        }
        case "QUIT" -> {
          answer(connection, command, "221 bye");
          goesOn = false;
        }
        default -> goesOn = answer(connection, command, "250 ok");
      }
    }
  }

  private Socket secured(Socket connection) throws IOException {
    String host = connection.getInetAddress().getHostAddress();
    SSLSocket secured =
        (SSLSocket)
            startTls
                .orElseThrow()
                .getSocketFactory()
                .createSocket(connection, host, connection.getPort(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  private boolean data(BufferedReader in, Socket connection) throws IOException {
    StringBuilder message = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(END)) {
        messages.add(message.toString());
        return answer(connection, END, "250 taken");
      }
      message.append(line).append('\n');
    }
    commands.add("cut off");
    return false;
  }

  private boolean answer(Socket connection, String command, String otherwise) throws IOException {
    Queue<String> next = answers.get(command);
    String told = next == null ? null : next.poll();
    String answer = told == null ? otherwise : told;
    if (answer.equals(SILENCE)) {
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    }
    if (answer.equals(HANG_UP) || answer.equals(SILENCE)) {
      return false;
    }
    connection.getOutputStream().write((answer + "\r\n").getBytes(ISO_8859_1));
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
