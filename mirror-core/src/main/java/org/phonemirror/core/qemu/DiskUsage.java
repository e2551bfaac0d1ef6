package org.phonemirror.core.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.machine.DiskUse;

/**
 * What mirrors' directories have on disk, as du(1) counts blocks: Java can't tell a file's holes.
 * What comes and goes meanwhile is counted or not.
 */
final class DiskUsage {
  private static final int AT_ONCE = 500;
  private static final long SECONDS = 60;

  private DiskUsage() {}

  static Map<String, DiskUse> of(Path top, Collection<String> mirrors) throws IOException {
    Map<String, String> names = new HashMap<>();
    for (String mirror : mirrors) {
      String name = MirrorDirectory.directoryName(mirror);
      if (Files.isDirectory(top.resolve(name))) {
        names.put(name, mirror);
      }
    }
    List<String> directories = List.copyOf(names.keySet());
    Map<String, DiskUse> use = new HashMap<>();
    for (int from = 0; from < directories.size(); from += AT_ONCE) {
      List<String> some = directories.subList(from, Math.min(from + AT_ONCE, directories.size()));
      read(top, some).forEach((name, bytes) -> use.put(names.get(name), bytes));
    }
    return use;
  }

  private static Map<String, DiskUse> read(Path top, List<String> directories) throws IOException {
    List<String> command = new ArrayList<>(List.of("du", "--block-size=1", "--max-depth=2", "--"));
    command.addAll(directories);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(top.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD); // names what has just gone
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    Map<String, DiskUse> use = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      process.getOutputStream().close();
      Map<String, String> newest = new HashMap<>();
      Map<String, Long> checkpoints = new HashMap<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int tab = line.indexOf('\t');
        long bytes = Long.parseLong(line.substring(0, tab));
        String[] path = line.substring(tab + 1).split("/", -1);
        if (path.length == 1) {
          use.put(path[0], new DiskUse(checkpoints.getOrDefault(path[0], 0L), bytes));
        } else if (path.length == 3
            && path[1].equals(MirrorDirectory.CHECKPOINTS)
            && path[2].compareTo(newest.getOrDefault(path[0], "")) > 0) {
          newest.put(path[0], path[2]);
          checkpoints.put(path[0], bytes);
        }
      }
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("du did not end in " + SECONDS + " s");
      }
      return use;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
