package org.phonemirror.testnet.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.SyncSettings;

/**
 * The phone's side of {@link TransferBench}, a program of its own so that it has a network of its
 * own. Does what each line of its input says, and answers with a line.
 */
public final class TransferPhone {
  private TransferPhone() {}

  /**
   * Runs until its input ends. The first line is the URI of the synchronization server; the others
   * are {@code put URL FILE}, {@code get URL}, {@code send MESSAGE}, the message in hex, {@code
   * flood ADDRESS PORT SECONDS} and {@code sink PORT}.
   *
   * @param args identity, and key in hex
   */
  public static void main(String[] args) throws Exception {
    System.setProperty("http.keepAlive", "false"); // each recipient is another server
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      SyncSettings settings =
          new SyncSettings(
              URI.create(in.readLine()),
              args[0],
              HexFormat.of().parseHex(args[1]),
              Duration.ofMinutes(3));
      try (CoapChannel channel = new CoapChannel(settings, CoapTiming.DEFAULT)) {
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          System.out.println(answer(channel, line.split(" ", -1)));
        }
      }
    }
  }

  private static String answer(CoapChannel channel, String[] words) throws Exception {
    return switch (words[0]) {
      case "put" -> "status " + put(URI.create(words[1]), Path.of(words[2]));
      case "get" -> "bytes " + get(URI.create(words[1]));
      case "send" -> {
        byte[] message = HexFormat.of().parseHex(words[1]);
        Acknowledgement answer =
            channel.send(message).toCompletableFuture().get(60, TimeUnit.SECONDS);
        yield answer.status() + " " + answer.notices().size();
      }
      case "flood" -> {
        InetSocketAddress to = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
        DatagramFlood.send(to, Integer.parseInt(words[3]));
        yield "sent";
      }
      case "sink" -> {
        try (DatagramSocket socket = new DatagramSocket(Integer.parseInt(words[1]))) {
          yield "kbits " + DatagramFlood.receive(socket);
        }
      }
      default -> throw new IllegalArgumentException("'" + words[0] + "' is not known");
    };
  }

  private static int put(URI uri, Path file) throws IOException {
    HttpURLConnection connection = open(uri);
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(Files.size(file));
    try (OutputStream out = connection.getOutputStream()) {
      Files.copy(file, out);
    }
    int status = connection.getResponseCode();
    connection.disconnect();
    return status;
  }

  private static long get(URI uri) throws IOException {
    HttpURLConnection connection = open(uri);
    try (InputStream in = connection.getInputStream()) {
      return in.transferTo(OutputStream.nullOutputStream());
    } finally {
      connection.disconnect();
    }
  }

  private static HttpURLConnection open(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(20_000);
    connection.setReadTimeout(60_000);
    return connection;
  }
}
