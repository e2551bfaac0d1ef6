package org.phonemirror.core.repair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.EntrySet;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageTree;
import org.phonemirror.sync.delta.Delta;
import org.phonemirror.sync.delta.Signature;

/** What a phone says is taken for no more than it is. */
class PlanTest {
  private static final byte[] HASH = new byte[StorageTree.SHORT_HASH_BYTES];

  @TempDir Path top;

  @BeforeEach
  void storage() throws IOException {
    Files.createDirectories(top.resolve("dir/below"));
    Files.writeString(top.resolve("dir/below/file"), "x");
    Files.writeString(top.resolve("file"), "0123456789");
    Files.createSymbolicLink(top.resolve("link"), Path.of("/etc"));
  }

  private Plan plan(Answer... answers) throws IOException {
    StorageScanner scanner = new StorageScanner(top);
    scanner.scan(List.of());
    return new Plan(new MirrorFiles(top, scanner.tree()), List.of(answers));
  }

  private static Answer.Content content(String path, String text, String hashed) {
    byte[] data = text.getBytes(UTF_8);
    byte[] hash = MirrorFiles.sha256(hashed.getBytes(UTF_8), Answer.HASH_BYTES);
    Delta delta = Delta.of(Signature.none(0), data);
    return new Answer.Content(path, 0644, 1, data.length, hash, 0, new byte[0], delta);
  }

  @Test
  void onlyWhatIsUnequalIsWritten() throws Exception {
    Plan plan = plan(content("file", "0123x56789abc", "0123x56789abc"));
    assertThat(plan.writes())
        .containsExactly(
            new StorageWrite.FileRegion("file", 0644, 1, 4, "x56789abc".getBytes(UTF_8), 13));
  }

  @Test
  void aFileThatDoesNotHaveItsHashIsNotWritten() throws Exception {
    Plan plan = plan(content("file", "forged", "another"));
    assertThat(plan.writes()).isEmpty();
    assertThat(plan.failed()).containsExactly("file");
  }

  @Test
  void nothingIsWrittenThroughALinkOrAFileOrBeyondTheEnd() throws Exception {
    byte[] data = "data".getBytes(UTF_8);
    Answer beyond =
        new Answer.Content(
            "file",
            0644,
            1,
            1_000_004,
            new byte[Answer.HASH_BYTES],
            1_000_000,
            MirrorFiles.sha256(data, Answer.CHECK_BYTES),
            Delta.of(Signature.none(1_000_000), data));
    Plan plan =
        plan(
            content("link/passwd", "a", "a"),
            content("link", "a", "a"),
            content("file/below", "a", "a"),
            content("dir", "a", "a"),
            content("nowhere/file", "a", "a"),
            beyond);
    assertThat(plan.writes()).isEmpty();
    assertThat(plan.failed()).hasSize(6);
  }

  @Test
  void whatIsInNeitherListIsRemovedWithAllBelow() throws Exception {
    Answer.Directory root =
        new Answer.Directory("", true, List.of(), List.of(EntrySet.nameHash(3, "file")));
    Plan plan = plan(new Answer.Differences("", 3, List.of(root)));
    assertThat(plan.writes())
        .containsExactly(
            new StorageWrite.Remove("dir/below/file"),
            new StorageWrite.Remove("dir/below"),
            new StorageWrite.Remove("dir"),
            new StorageWrite.Remove("link"));
  }

  @Test
  void ofADirectoryToldInPartNothingIsRemoved() throws Exception {
    Answer.Directory root = new Answer.Directory("", false, List.of(), List.of());
    Plan plan = plan(new Answer.Differences("", 3, List.of(root)));
    assertThat(plan.writes()).isEmpty();
    assertThat(plan.toCompare()).containsExactly("");
  }

  @Test
  void directoriesThatAreNotThereAreNotLookedInto() throws Exception {
    Answer.Entry entry = new Answer.Entry("x", StorageTree.Kind.FILE, 0644, 1, HASH, "");
    Plan plan =
        plan(
            new Answer.Differences(
                "",
                1,
                List.of(
                    new Answer.Directory("link", true, List.of(entry), List.of()),
                    new Answer.Directory("nowhere", true, List.of(entry), List.of()))));
    assertThat(plan.writes()).isEmpty();
    assertThat(plan.wanted()).isEmpty();
  }

  @Test
  void namesThatAreNotUtf8AndPipesAreBeyondRepair() throws Exception {
    Answer.Directory root =
        new Answer.Directory(
            "",
            false,
            List.of(
                new Answer.Entry("a\ufffd", StorageTree.Kind.FILE, 0644, 1, HASH, ""),
                new Answer.Entry("pipe", StorageTree.Kind.OTHER, 0644, 0, new byte[0], "")),
            List.of());
    Plan plan = plan(new Answer.Differences("", 3, List.of(root)));
    assertThat(plan.writes()).isEmpty();
    assertThat(plan.unrepairable()).containsExactlyInAnyOrder("a\ufffd", "pipe");
  }
}
