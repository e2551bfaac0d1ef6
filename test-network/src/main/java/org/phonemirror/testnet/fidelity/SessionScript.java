package org.phonemirror.testnet.fidelity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.phonemirror.testnet.phone.Typist;

/**
 * What a user does at the phone, from home screen to home screen, as lines of text; # starts a
 * comment.
 *
 * <pre>
 * open Shell      selects a program on the home screen
 * type TEXT       types; \n is the return key
 * enter TEXT      types, presses return, and lets the program answer
 * key ctrl-x      presses a key or a chord
 * see TEXT        looks at the screen until it shows a text
 * pause 500       milliseconds
 * </pre>
 *
 * @param name of its file
 * @param title the first comment
 * @param steps in order
 */
record SessionScript(String name, String title, List<Step> steps) {
  private static final String HOME_SCREEN = "Choose a program";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long ANSWER_MILLIS = 700;
  private static final long MENU_MILLIS = 800;

  /** One line. */
  record Step(String verb, String argument) {}

  /** All sessions of the corpus, in order. */
  static List<SessionScript> corpus() throws IOException {
    List<SessionScript> sessions = new ArrayList<>();
    for (String name : resource("corpus").lines().filter(line -> !line.isBlank()).toList()) {
      sessions.add(parse(name, resource(name + ".session")));
    }
    return sessions;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = SessionScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("there is no session file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException naming the line that is wrong
   */
  static SessionScript parse(String name, String text) {
    List<String> lines = text.lines().toList();
    String title = name;
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        title = steps.isEmpty() && title.equals(name) ? line.substring(1).strip() : title;
      } else if (!line.isBlank()) {
        String[] words = line.split(" ", 2);
        Step step = new Step(words[0], words.length > 1 ? words[1] : "");
        check(name, i + 1, step);
        steps.add(step);
      }
    }
    return new SessionScript(name, title, List.copyOf(steps));
  }

  private static void check(String name, int line, Step step) {
    String wanted =
        switch (step.verb) {
          case "open", "key" -> "\\S+";
          case "type", "enter", "see" -> ".+";
          case "pause" -> "[0-9]{1,5}";
          default -> throw wrong(name, line, "'" + step.verb + "' is no step");
        };
    if (!step.argument.matches(wanted)) {
      throw wrong(name, line, "'" + step.argument + "' after " + step.verb + " must be " + wanted);
    }
  }

  private static IllegalArgumentException wrong(String name, int line, String what) {
    return new IllegalArgumentException(name + ".session, line " + line + ": " + what);
  }

  /** What the user looks at. */
  @FunctionalInterface
  interface Screen {
    /**
     * Returns once the screen shows a text.
     *
     * @throws IOException if it does not within the time
     */
    void awaitText(String text, Duration time) throws IOException;
  }

  /** Does it all at a phone that shows its home screen; returns when it does again. */
  void play(Typist user, Screen screen) throws IOException {
    screen.awaitText(HOME_SCREEN, PATIENCE);
    for (Step step : steps) {
      String argument = step.argument;
      switch (step.verb) {
        case "open" ->
            user.pause(MENU_MILLIS)
                .key(argument.substring(0, 1).toLowerCase(Locale.ROOT))
                .pause(200)
                .key("ret")
                .pause(MENU_MILLIS);
        case "type" -> user.type(argument.replace("\\n", "\n"));
        case "enter" -> user.type(argument + "\n").pause(ANSWER_MILLIS);
        case "key" -> user.key(argument).pause(200);
        case "see" -> screen.awaitText(argument, PATIENCE);
        default -> user.pause(Long.parseLong(argument));
      }
    }
    screen.awaitText(HOME_SCREEN, PATIENCE);
  }
}
