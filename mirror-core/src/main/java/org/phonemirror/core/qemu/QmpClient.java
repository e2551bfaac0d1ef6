package org.phonemirror.core.qemu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * A client of QEMU's monitor (QEMU Machine Protocol, docs/interop/qmp-spec.txt) over a Unix domain
 * socket. Each command is answered, refused or timed out before the next. Events that come in
 * between are kept, the newest {@link #MAX_EVENTS}, for {@link #awaitEvent}. What comes is bounded
 * in length and by the deadline: a guest may have taken over QEMU.
 *
 * <p>One thread at a time may use it; {@link #close} may come from any, and wakes the user.
 */
public final class QmpClient implements Closeable {
  /** Events kept for {@link #awaitEvent}; beyond it the oldest is dropped. */
  public static final int MAX_EVENTS = 256;

  /** How long QEMU may take for a command; those that take longer report by events. */
  public static final Duration COMMAND_TIME = Duration.ofSeconds(20);

  /** QEMU's longest answers, those of introspection, have some 200 kB. */
  private static final int LONGEST_LINE = 1 << 20;

  /** An event that is longer is not kept; QEMU's have some 200 bytes. */
  private static final int LONGEST_EVENT = 8 * 1024;

  private static final int LONGEST_QUOTE = 1000;

  private static final JsonMapper JSON = new JsonMapper();

  private final LineChannel channel;
  private final Deque<JsonNode> events = new ArrayDeque<>();
  private int lastLength;
  private long lastId;

  private QmpClient(LineChannel channel) {
    this.channel = channel;
  }

  /**
   * Connects and negotiates capabilities; waits for the socket if QEMU has not made it yet.
   *
   * @param socket the path of QEMU's {@code -qmp unix:PATH,server=on}; at most 107 bytes long
   * @throws IOException if that has not worked out within the time
   */
  public static QmpClient connect(Path socket, Duration time) throws IOException {
    return connect(socket, () -> true, Deadline.in(time));
  }

  /**
   * As {@link #connect(Path, Duration)}, while QEMU lives.
   *
   * @throws IOException if that has not worked out within the time, or QEMU has ended
   */
  public static QmpClient connect(Path socket, BooleanSupplier qemuLives, Deadline deadline)
      throws IOException {
    LineChannel channel = LineChannel.connect(socket, LONGEST_LINE, qemuLives, deadline);
    QmpClient client = new QmpClient(channel);
    try {
      JsonNode greeting = client.receive(deadline);
      if (!greeting.has("QMP")) {
        throw new IOException(socket + " is no QMP socket: it says " + cut(greeting.toString()));
      }
      client.execute("qmp_capabilities", Map.of(), deadline);
      return client;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Executes a command without arguments and returns what it returns. */
  public JsonNode execute(String command) throws IOException {
    return execute(command, Map.of());
  }

  /**
   * Executes a command and returns what it returns, often an empty object.
   *
   * @param arguments of types that JSON has: strings, numbers, booleans, lists, maps
   * @throws QmpException if QEMU refuses it
   * @throws IOException if QEMU is gone or does not answer within {@link #COMMAND_TIME}
   */
  public JsonNode execute(String command, Map<String, ?> arguments) throws IOException {
    return execute(command, arguments, Deadline.in(COMMAND_TIME));
  }

  /** As {@link #execute(String, Map)}, within another time. */
  public JsonNode execute(String command, Map<String, ?> arguments, Deadline deadline)
      throws IOException {
    long id = ++lastId;
    ObjectNode request = JSON.createObjectNode().put("execute", command).put("id", id);
    if (!arguments.isEmpty()) {
      request.set("arguments", JSON.valueToTree(arguments));
    }
    try {
      channel.send(JSON.writeValueAsString(request) + "\n", deadline);
      while (true) {
        JsonNode message = receive(deadline);
        if (message.has("event")) {
          keep(message);
        } else if (message.path("id").asLong(-1) == id) {
          if (message.has("error")) {
            throw new QmpException(command, cut(message.path("error").path("desc").asText()));
          }
          return message.path("return");
        }
        // anything else answers a command that was given up at its deadline
      }
    } catch (QmpException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("QMP command '" + command + "' failed: " + e.getMessage(), e);
    }
  }

  /**
   * Waits for an event, for example {@code STOP}; one that came since the connection was made, or
   * since it was last awaited, counts.
   *
   * @return the event's data
   * @throws IOException if it does not come within the time, or QEMU is gone
   */
  public JsonNode awaitEvent(String name, Duration time) throws IOException {
    return await(name, Deadline.in(time)).path("data");
  }

  /**
   * As {@link #awaitEvent}.
   *
   * @return when the event came about, by QEMU's host's clock, in microseconds since the epoch
   */
  public long awaitTime(String name, Deadline deadline) throws IOException {
    return time(await(name, deadline));
  }

  /** When an event that is known already came about; it counts no more. */
  public OptionalLong takeTime(String name) {
    return take(name).map(event -> OptionalLong.of(time(event))).orElse(OptionalLong.empty());
  }

  private static long time(JsonNode event) {
    JsonNode timestamp = event.path("timestamp");
    return timestamp.path("seconds").asLong() * 1_000_000 + timestamp.path("microseconds").asLong();
  }

  /** QEMU's version with its package's, which saved states depend on. */
  public String qemuVersion(Deadline deadline) throws IOException {
    JsonNode version = execute("query-version", Map.of(), deadline);
    JsonNode numbers = version.path("qemu");
    return String.join(
            ".",
            numbers.path("major").asText(),
            numbers.path("minor").asText(),
            numbers.path("micro").asText())
        + " "
        + version.path("package").asText();
  }

  private Optional<JsonNode> take(String name) {
    for (Iterator<JsonNode> i = events.iterator(); i.hasNext(); ) {
      JsonNode event = i.next();
      if (event.path("event").asText().equals(name)) {
        i.remove();
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  private JsonNode await(String name, Deadline deadline) throws IOException {
    Optional<JsonNode> known = take(name);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      while (true) {
        JsonNode message = receive(deadline);
        if (message.path("event").asText().equals(name)) {
          return message;
        }
        if (message.has("event")) {
          keep(message);
        }
      }
    } catch (IOException e) {
      throw new IOException("QMP event " + name + " did not come: " + e.getMessage(), e);
    }
  }

  private void keep(JsonNode event) {
    if (lastLength > LONGEST_EVENT) {
      return;
    }
    if (events.size() == MAX_EVENTS) {
      events.removeFirst();
    }
    events.addLast(event);
  }

  private JsonNode receive(Deadline deadline) throws IOException {
    String line = channel.receive(deadline);
    lastLength = line.length();
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IOException("QEMU sent what is no JSON: " + cut(e.getOriginalMessage()), e);
    }
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(LONGEST_QUOTE, text.length()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
