package org.phonemirror.testnet.bench.density;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.testnet.bench.HumanTyping;
import org.phonemirror.testnet.bench.Keyboard;

/**
 * What users do. Nothing in it depends on when it is done or by whom, so that one phone's storage
 * digests are those of all.
 */
enum Load {
  /** 90 taps in an interval, for each of which a program makes and syncs a file. */
  TAPS {
    @Override
    List<InputEvent> opening(long at) {
      return Keyboard.line(at, SECOND / 5, "tapfile taps");
    }

    @Override
    Script.Part part(int number, long start) {
      List<InputEvent> events =
          new HumanTyping(SEED + number).in(start, INTERVAL_MICROS, TAP_COUNT);
      return new Script.Part(start, INTERVAL_MICROS, events, List.of());
    }
  },
  /** The paper's light workload: a web page each 5 minutes, here fetched and kept by curl. */
  LIGHT {
    @Override
    Script.Part part(int number, long start) {
      return browsing(number, start, 300 * SECOND);
    }
  },
  /** The paper's heavy workload: a web page each minute. */
  HEAVY {
    @Override
    Script.Part part(int number, long start) {
      return browsing(number, start, 60 * SECOND);
    }
  };

  static final int TAP_COUNT = 90;
  private static final long SECOND = 1_000_000;

  /** t_syn_int. */
  static final long INTERVAL_MICROS = 180 * SECOND;

  /** The user goes from the home screen to the program, in a first short interval. */
  static final long OPENING_MICROS = 30 * SECOND;

  private static final long SEED = 6;
  private static final int SHELL_ENTRY = 5;
  private static final long STEP = SECOND / 5;
  private static final int PAGE_BYTES = 30_000;
  private static final String SERVER = "10.0.2.2";
  private static final int FIRST_PORT = 40_000;

  /** What is typed into the shell. */
  List<InputEvent> opening(long at) {
    return List.of();
  }

  /** An interval, numbered from 0. */
  abstract Script.Part part(int number, long start);

  /** A boot, the way to the program, and so many intervals. */
  Script script(int intervals) {
    List<InputEvent> events = new ArrayList<>();
    long at = 5 * SECOND;
    for (int i = 0; i < SHELL_ENTRY; i++) {
      events.addAll(Keyboard.press(at, Keyboard.DOWN));
      at += SECOND / 4;
    }
    events.addAll(Keyboard.press(at, Keyboard.ENTER));
    events.addAll(opening(at + 5 * SECOND));
    List<Script.Part> parts = new ArrayList<>();
    parts.add(new Script.Part(0, OPENING_MICROS, events, List.of()));
    for (int i = 0; i < intervals; i++) {
      parts.add(part(i, OPENING_MICROS + i * INTERVAL_MICROS));
    }
    return new Script(parts);
  }

  private static Script.Part browsing(int number, long start, long period) {
    List<InputEvent> events = new ArrayList<>();
    List<TcpFlow> flows = new ArrayList<>();
    long from = number * INTERVAL_MICROS;
    long first = (from + period - 1) / period;
    for (long page = first; page * period < from + INTERVAL_MICROS; page++) {
      long at = start + page * period - from + SECOND;
      String line = "curl -so page --user-agent x " + SERVER + "/" + page;
      events.addAll(Keyboard.line(at, STEP, line));
      flows.add(fetch(page, at + line.length() * STEP));
    }
    return new Script.Part(start, INTERVAL_MICROS, events, flows);
  }

  private static TcpFlow fetch(long page, long at) {
    String request =
        "GET /"
            + page
            + " HTTP/1.1\r\nHost: "
            + SERVER
            + "\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n";
    String text = ("This is page " + page + ".\n").repeat(PAGE_BYTES / 16);
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
    TcpFlow.Received received =
        new TcpFlow.Received(at + SECOND / 2, request.length(), latin(answer), TcpFlow.End.OPEN);
    return new TcpFlow(
        page + 1,
        end("10.0.2.15", FIRST_PORT + (int) page % 10_000),
        end(SERVER, 80),
        at,
        TcpFlow.Opening.ACCEPTED,
        0,
        latin(request),
        List.of(received),
        TcpFlow.End.FIN,
        Set.of());
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static InetSocketAddress end(String literal, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
