package org.phonemirror.core.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.StorageWrite;

/**
 * A directory of an emulator's Android, such as {@code /data/media/0}.
 *
 * <p>It is read as one tar stream, which Android's own tar makes: {@code adb pull} takes the names
 * that a hostile guest tells as it likes, and follows them out of its target.
 *
 * @param top its path, without symbolic links
 * @param shell command that runs a script which may read and write it; empty if adb's shell may
 * @param maxBytes most that is read of it
 */
record AdbStorage(Adb adb, String top, String shell, long maxBytes) {
  private static final int BUFFER = 64 * 1024;

  /** Of the tar beside the contents: headers and padding. */
  private static final long BYTES_PER_ENTRY = 4096;

  /**
   * Copies it to new files, without a look at what they say.
   *
   * @throws IOException if it can't be read whole
   */
  void store(StoredTree to) throws IOException {
    long most = maxBytes + StoredTree.MAX_ENTRIES * BYTES_PER_ENTRY;
    run("tar -C " + Adb.quoted(top) + " -cf - .", output -> copy(output, to.tar(), most));
    String times = "cd " + Adb.quoted(top) + " && find . -type f -printf '%T@ %p\\0'";
    long mostTimes = (long) StoredTree.MAX_ENTRIES * StoredTree.MAX_NAME_BYTES;
    try {
      run(times, output -> copy(output, to.times(), mostTimes));
    } catch (Adb.RefusedException e) {
      // an old Android's find knows no -printf: times are whole seconds then
      Files.deleteIfExists(to.times());
    }
  }

  private long copy(InputStream from, Path to, long most) throws IOException {
    long copied = 0;
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = Files.newOutputStream(to)) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        copied += n;
        if (copied > most) {
          throw new IOException(top + " has more than " + most + " bytes with all names");
        }
        out.write(buffer, 0, n);
      }
    }
    return copied;
  }

  /**
   * Changes it, in order.
   *
   * @return why a change was refused, for each that was
   */
  List<String> write(List<StorageWrite> changes) throws IOException {
    List<String> refused = new ArrayList<>();
    for (StorageWrite change : changes) {
      try {
        write(change);
      } catch (Adb.RefusedException e) {
        refused.add("'" + change.path() + "': " + e.getMessage());
      }
    }
    return refused;
  }

  private void write(StorageWrite change) throws IOException {
    String at = Adb.quoted(inside(change.path()));
    StringBuilder script = new StringBuilder("set -e; p=" + at + "; d=${p%/*}; ");
    // whoever owns the session may have put a link where a directory was
    script.append("[ \"$(readlink -f \"$d\")\" = \"$d\" ] || { echo link >&2; exit 1; }; ");
    byte[] input = new byte[0];
    if (change instanceof StorageWrite.FileRegion region) {
      script.append("[ ! -h \"$p\" ] || { echo link >&2; exit 1; }; ");
      script.append("dd of=\"$p\" bs=65536 oflag=seek_bytes conv=notrunc seek=" + region.offset());
      script.append(" 2>/dev/null; truncate -s " + region.length() + " \"$p\"; ");
      script.append("chmod " + Integer.toOctalString(region.mode()) + " \"$p\"; ");
      script.append("touch -d @" + seconds(region.modifiedMicros()) + " \"$p\"");
      input = region.data();
    } else if (change instanceof StorageWrite.Directory directory) {
      script.append("mkdir -m " + Integer.toOctalString(directory.mode()) + " \"$p\"");
    } else if (change instanceof StorageWrite.SymbolicLink link) {
      script.append("ln -s " + Adb.quoted(link.target()) + " \"$p\"");
    } else {
      script.append("if [ -d \"$p\" ] && [ ! -h \"$p\" ]; then rmdir \"$p\"; else rm \"$p\"; fi");
    }
    adb.shell(inShell(script.toString()), input);
  }

  private <T> T run(String script, Adb.Output<T> output) throws IOException {
    return adb.shell(inShell(script), new byte[0], output);
  }

  private String inShell(String script) {
    return shell.isEmpty() ? script : shell + " " + Adb.quoted(script);
  }

  private String inside(String path) throws Adb.RefusedException {
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new Adb.RefusedException("is no path in user storage");
      }
    }
    return top + "/" + path;
  }

  private static String seconds(long micros) {
    return String.format("%d.%06d", micros / 1_000_000, micros % 1_000_000);
  }
}
