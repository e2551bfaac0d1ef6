package org.phonemirror.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of a few kilobytes, which can be filled to the brim; for root only. */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 4096;

  private final Path top;

  private SmallDisk(Path top) {
    this.top = top;
  }

  /** Skips the test of whoever may not mount. */
  public static SmallDisk at(Path top, int kilobytes) throws Exception {
    Files.createDirectories(top);
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", top.toString()),
        "file systems can't be mounted here: needs root");
    return new SmallDisk(top);
  }

  public Path top() {
    return top;
  }

  /** Leaves so much space, in whole blocks. */
  public void fill(long left) throws IOException {
    try (var filler = Files.newOutputStream(filler(), StandardOpenOption.CREATE)) {
      while (Files.getFileStore(top).getUsableSpace() > left) {
        filler.write(new byte[BLOCK]);
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left"); // that is what was wanted
    }
  }

  /** What {@link #fill} took is there again. */
  public void free() throws IOException {
    Files.delete(filler());
  }

  private Path filler() {
    return top.resolve("filler");
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  @Override
  public void close() throws Exception {
    assertThat(run("umount", "-l", top.toString())).as("umount " + top).isTrue();
  }
}
