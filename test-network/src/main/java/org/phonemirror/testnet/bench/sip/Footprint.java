package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server's process holds.
 *
 * @param heapKilobytes in use after a full garbage collection
 * @param threads of the process, those of the Java machine too
 * @param descriptors open files and sockets
 */
record Footprint(long heapKilobytes, long threads, long descriptors) {
  private static final Pattern USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");
  private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");

  /** Collects its garbage and looks. */
  static Footprint of(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    String heap = jcmd(pid, "GC.heap_info");
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return new Footprint(number(USED, heap), number(THREADS, status), descriptors.count());
    }
  }

  private static long number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no '" + pattern + "' in:\n" + text);
    }
    return Long.parseLong(matcher.group(1));
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("jcmd " + pid + " " + command + ":\n" + output);
    }
    return output;
  }

  @Override
  public String toString() {
    return heapKilobytes / 1024 + " MB, " + threads + " threads, " + descriptors + " descriptors";
  }
}
