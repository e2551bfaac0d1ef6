package org.phonemirror.core.qemu;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.phonemirror.core.machine.StorageWrite;

/** Changes of user storage as commands of the guest agent protocol (guest/README.md). */
final class StorageCommands {
  /** Longest line that the agent reads, without its end. */
  private static final int MAX_LINE = 16_383;

  private static final int MAX_DATA = 8_191;

  /** A command's word, spaces and numbers. */
  private static final int OVERHEAD = 64;

  private StorageCommands() {}

  /**
   * The commands of a change, in order.
   *
   * @throws IllegalArgumentException if its path is too long to be told
   */
  static List<String> of(StorageWrite change) {
    String path = hex(change.path());
    List<String> commands = new ArrayList<>();
    if (change instanceof StorageWrite.FileRegion region) {
      int chunk = Math.min(MAX_DATA, (MAX_LINE - OVERHEAD - path.length()) / 2);
      byte[] data = region.data();
      for (int at = 0; at < data.length && chunk > 0; at += chunk) {
        byte[] piece = Arrays.copyOfRange(data, at, Math.min(data.length, at + chunk));
        commands.add(
            "WRITE " + path + " " + (region.offset() + at) + " " + HexFormat.of().formatHex(piece));
      }
      commands.add(
          "SETTLE "
              + path
              + " "
              + region.length()
              + " "
              + Integer.toOctalString(region.mode())
              + " "
              + region.modifiedMicros());
    } else if (change instanceof StorageWrite.Directory directory) {
      commands.add("DIRECTORY " + path + " " + Integer.toOctalString(directory.mode()));
    } else if (change instanceof StorageWrite.SymbolicLink link) {
      commands.add("LINK " + path + " " + hex(link.target()));
    } else {
      commands.add("REMOVE " + path);
    }
    for (String command : commands) {
      if (command.length() > MAX_LINE) {
        throw new IllegalArgumentException("path is too long for the guest's agent");
      }
    }
    return commands;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }
}
