package org.phonemirror.testnet.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseFileTest {
  @TempDir Path directory;

  @Test
  void contentAndLengthAreTheSame() throws IOException {
    Path from = directory.resolve("from");
    try (RandomAccessFile file = new RandomAccessFile(from.toFile(), "rw")) {
      file.seek(200_000);
      file.write("in the middle".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      file.setLength(1_000_001);
    }
    Path to = directory.resolve("to");
    Files.writeString(to, "what was there before");

    SparseFile.copy(from, to);

    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void emptyFilesAreCopied() throws IOException {
    Path from = Files.createFile(directory.resolve("from"));
    Path to = directory.resolve("to");

    SparseFile.copy(from, to);

    assertThat(to).isEmptyFile();
  }
}
