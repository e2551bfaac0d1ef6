package org.phonemirror.testnet.program;

import java.io.IOException;
import java.util.List;

/** A program that is run to its end. */
public final class Command {
  private Command() {}

  /**
   * Runs it.
   *
   * @return what it says
   * @throws IOException if it fails or does not end; with the command and what it says
   */
  public static String run(List<String> command) throws IOException {
    return run(command, "");
  }

  /** As the other, with an input. */
  public static String run(List<String> command, String input) throws IOException {
    return org.phonemirror.core.program.Program.run(command, input);
  }
}
