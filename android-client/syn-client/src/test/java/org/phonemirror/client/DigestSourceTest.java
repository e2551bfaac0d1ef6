package org.phonemirror.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScope;

class DigestSourceTest {
  private static final long MOMENT = 1_700_000_000_000_000L;

  @TempDir Path storage;
  private final AtomicLong changes = new AtomicLong();

  private void write(String text) throws IOException {
    Path note = Files.writeString(storage.resolve("note"), text);
    for (Path settled : new Path[] {note, storage}) {
      Files.setLastModifiedTime(settled, FileTime.fromMillis(1_600_000_000_000L + text.length()));
    }
  }

  @Test
  void storageIsWalkedAgainWhenTheWatchSaysSo() throws Exception {
    write("one");
    DigestSource source = new DigestSource(storage, changes::get);
    StorageDigest first = source.live(MOMENT);
    write("three");
    assertThat(source.live(MOMENT)).isEqualTo(first);
    changes.incrementAndGet();
    StorageDigest second = source.live(MOMENT);
    assertThat(second).isNotEqualTo(first);

    write("fourteen");
    source.setScope(StorageScope.ALL); // what counts may be other than before
    assertThat(source.live(MOMENT)).isNotEqualTo(second);
  }

  @Test
  void whoCantTellMakesItWalkEachTime() throws Exception {
    write("one");
    DigestSource source = new DigestSource(storage, StorageWatch.NONE);
    StorageDigest first = source.live(MOMENT);
    write("three");
    assertThat(source.live(MOMENT)).isNotEqualTo(first);
  }
}
