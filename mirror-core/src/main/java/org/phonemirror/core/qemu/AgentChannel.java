package org.phonemirror.core.qemu;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.machine.ReplayReport;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.InputEvent;

/**
 * The host's end of the guest agent protocol, version 2: lines over a virtio-serial port, each
 * command answered before the next. What the guest sends is checked, as it may be hostile.
 *
 * <p>One thread at a time may use it; {@link #close} may come from any, and wakes the user.
 */
final class AgentChannel implements Closeable {
  private static final int LONGEST_QUOTE = 200;

  /** An honest agent's have at most 1.1 kB. */
  private static final int LONGEST_LINE = 16 * 1024;

  private static final long MOST_REQUESTS = 1_000_000_000;

  /** An agent of an older template refuses by it, too: it does not know the command. */
  private static final String REFUSED = "ERROR ";

  private final LineChannel channel;

  private AgentChannel(LineChannel channel) {
    this.channel = channel;
  }

  /** Connects to QEMU's end of the port; the agent need not be up yet. */
  static AgentChannel connect(Path socket, BooleanSupplier qemuLives, Deadline deadline)
      throws IOException {
    return new AgentChannel(LineChannel.connect(socket, LONGEST_LINE, qemuLives, deadline));
  }

  /** Waits for the agent, and agrees on the protocol's version. */
  void hello(Deadline deadline) throws IOException {
    command("HELLO 2", "HELLO 2", deadline);
  }

  /** Sets the clock, mounts the user storage and starts the session. */
  void start(long timeMicros, Deadline deadline) throws IOException {
    command("START " + timeMicros, "STARTED", deadline);
  }

  /** Ends the session as the phone does when it is switched off, and unmounts user storage. */
  void stop(long timeMicros, Deadline deadline) throws IOException {
    command("STOP " + timeMicros, "STOPPED", deadline);
  }

  /** Makes the storage consistent from outside, and holds whoever writes until {@link #thaw}. */
  void freeze(Deadline deadline) throws IOException {
    command("FREEZE", "FROZEN", deadline);
  }

  void thaw(Deadline deadline) throws IOException {
    command("THAW", "THAWED", deadline);
  }

  /** Whether the agent spins while it waits for the host, so that idle time is not skipped. */
  void poll(boolean busy, Deadline deadline) throws IOException {
    command("POLL " + (busy ? 1 : 0), "OK", deadline);
  }

  /** Hands over the tape of the interval that is replayed next, encoded. */
  void load(byte[] tape, Deadline deadline) throws IOException {
    String command = "TAPE " + tape.length;
    send(command, command + "\n", deadline);
    channel.send(tape, deadline);
    String answer = receive(command, deadline);
    if (!answer.equals("LOADED")) {
      throw refused(command, answer);
    }
  }

  /** Changes the user storage; gives the agent's reason for each change that it refused. */
  List<String> write(List<StorageWrite> changes, Deadline deadline) throws IOException {
    List<String> refused = new ArrayList<>();
    for (StorageWrite change : changes) {
      try {
        for (String command : StorageCommands.of(change)) {
          String word = command.substring(0, command.indexOf(' '));
          send(word, command + "\n", deadline);
          String answer = receive(word, deadline);
          if (answer.startsWith(REFUSED)) {
            refused.add(change + ": " + quote(answer.substring(REFUSED.length())));
            break;
          } else if (!answer.equals("OK")) {
            throw refused(word, answer);
          }
        }
      } catch (IllegalArgumentException e) {
        refused.add(change + ": " + e.getMessage());
      }
    }
    return refused;
  }

  /**
   * Replays an interval with the tape that was loaded for it, or with none; returns at its end,
   * with the agent spinning.
   */
  ReplayReport run(long startMicros, long lengthMicros, List<InputEvent> events, Deadline deadline)
      throws IOException {
    StringBuilder text = new StringBuilder(48 + events.size() * 24);
    text.append("RUN ").append(startMicros).append(' ').append(lengthMicros);
    text.append(' ').append(events.size()).append('\n');
    for (InputEvent event : events) {
      text.append(event.timeMicros() - startMicros).append(' ').append(event.device());
      text.append(' ').append(event.type()).append(' ').append(event.code());
      text.append(' ').append(event.value()).append('\n');
    }
    send("RUN", text.toString(), deadline);
    NetworkReportReader network = new NetworkReportReader(startMicros);
    String answer = receive("RUN", deadline);
    while (network.take(answer)) {
      answer = receive("RUN", deadline);
    }
    if (!answer.startsWith("DONE ")) {
      throw refused("RUN", answer);
    }
    int injected = count(answer, "events", events.size());
    int errors = count(answer, "errors", events.size());
    if (injected + errors != events.size()) {
      throw refused("RUN", answer);
    }
    return new ReplayReport(
        injected,
        errors,
        field(answer, "lateness_p99_us"),
        field(answer, "lateness_max_us"),
        field(answer, "clock_error_us"),
        network.report(count(answer, "lost_requests", MOST_REQUESTS)));
  }

  private static int count(String answer, String name, long most) throws IOException {
    long value = field(answer, name);
    if (value < 0 || value > most) {
      throw refused("RUN", answer);
    }
    return (int) value;
  }

  private static long field(String answer, String name) throws IOException {
    Matcher matcher = Pattern.compile(" " + name + "=(-?\\d{1,18})(?= |$)").matcher(answer);
    if (!matcher.find()) {
      throw new IOException("the agent's answer has no " + name + ": '" + quote(answer) + "'");
    }
    return Long.parseLong(matcher.group(1));
  }

  private void command(String command, String expected, Deadline deadline) throws IOException {
    send(command, command + "\n", deadline);
    String answer = receive(command, deadline);
    if (!answer.equals(expected)) {
      throw refused(command, answer);
    }
  }

  /** An answer that is there before its question can't be one. */
  private void send(String command, String text, Deadline deadline) throws IOException {
    try {
      channel.requireSilence();
      channel.send(text, deadline);
    } catch (IOException e) {
      throw new IOException(
          "the guest's agent can't be told '" + command + "': " + e.getMessage(), e);
    }
  }

  private String receive(String command, Deadline deadline) throws IOException {
    try {
      return channel.receive(deadline);
    } catch (IOException e) {
      throw new IOException(
          "the guest's agent did not answer '" + command + "': " + e.getMessage(), e);
    }
  }

  private static IOException refused(String command, String answer) {
    return new IOException(
        "the guest's agent answered '" + command + "' by '" + quote(answer) + "'");
  }

  private static String quote(String answer) {
    String cut = answer.length() > LONGEST_QUOTE ? answer.substring(0, LONGEST_QUOTE) : answer;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
