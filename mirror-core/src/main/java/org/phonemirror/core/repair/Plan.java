package org.phonemirror.core.repair;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.EntrySet;
import org.phonemirror.sync.StorageTree;

/**
 * What follows from a phone's answers for its mirror's storage at the same moment: what to write at
 * once, and what is yet to be asked. Answers may be forged, or made for what the mirror was some
 * intervals ago; nothing is written of a file whose hash does not come out.
 */
final class Plan {
  /** Unequal bytes with fewer equal ones between them are written in one piece. */
  private static final int GAP = 4096;

  /** Most bytes of files that are made at a time: a forged message may inflate to far more. */
  private static final long MAX_PLANNED = 16 << 20;

  /** What a name that is not UTF-8 holds once it is read: it can't be told nor written. */
  private static final char UNREADABLE = '\ufffd';

  private final MirrorFiles files;
  private final List<StorageWrite> writes = new ArrayList<>();
  private final Map<String, byte[]> expected = new HashMap<>();
  private final Map<String, Long> reached = new HashMap<>();
  private final Map<String, byte[]> wanted = new HashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final Set<String> postponed = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<String> gone = new HashSet<>();
  private final Set<String> toCompare = new LinkedHashSet<>();
  private final Set<String> different = new LinkedHashSet<>();
  private final Set<String> unrepairable = new HashSet<>();
  private final Set<String> made = new HashSet<>();
  private boolean compared;
  private int changes;
  private long planned;

  Plan(MirrorFiles files, List<Answer> answers) throws IOException {
    this.files = files;
    for (Answer answer : answers) {
      if (answer instanceof Answer.Differences differences) {
        compared = true;
        differences(differences);
      }
    }
    for (Answer answer : answers) {
      if (answer instanceof Answer.Content content) {
        content(content);
      } else if (answer instanceof Answer.None none) {
        none(none);
      }
    }
  }

  /** In order. */
  List<StorageWrite> writes() {
    return writes;
  }

  /** What the hash of each whole file is then, in its first bytes. */
  Map<String, byte[]> expected() {
    return expected;
  }

  /** Up to where files are then the phone's that are not yet so to their end. */
  Map<String, Long> reached() {
    return reached;
  }

  /** Files to be asked for, with the first bytes of the phone's hash of each. */
  Map<String, byte[]> wanted() {
    return wanted;
  }

  /** Files whose answer was of no use. */
  Set<String> failed() {
    return failed;
  }

  Set<String> postponed() {
    return postponed;
  }

  /** What the phone can't or won't tell. */
  Set<String> refused() {
    return refused;
  }

  /** What is not what was asked for any more, and so needs no more asking. */
  Set<String> gone() {
    return gone;
  }

  /** Directories that differ somewhere below. */
  Set<String> toCompare() {
    return toCompare;
  }

  /** Everything that differs, but directories that differ only below. */
  Set<String> different() {
    return different;
  }

  /** What differs and can't be written: pipes and sockets, names that are not UTF-8. */
  Set<String> unrepairable() {
    return unrepairable;
  }

  /** Whether any directory was compared. */
  boolean compared() {
    return compared;
  }

  /** How many directories, links and removals are among the writes. */
  int changes() {
    return changes;
  }

  // ---- directories

  private void differences(Answer.Differences answer) {
    Set<String> told = new HashSet<>();
    answer.directories().forEach(directory -> told.add(directory.path()));
    for (Answer.Directory directory : answer.directories()) {
      Optional<StorageTree> ours = directory(directory.path());
      if (ours.isPresent()) {
        directory(directory, answer.salt(), ours.get(), told);
      }
    }
  }

  /** The mirror's directory, or what will be one. */
  private Optional<StorageTree> directory(String path) {
    return made.contains(path)
        ? Optional.of(StorageTree.empty())
        : files.tree().find(path).filter(node -> node.kind() == StorageTree.Kind.DIRECTORY);
  }

  private void directory(Answer.Directory phone, int salt, StorageTree ours, Set<String> told) {
    Set<String> names = new HashSet<>();
    phone.others().forEach(entry -> names.add(entry.name()));
    if (phone.complete()) {
      Set<Integer> same = new HashSet<>(phone.same());
      for (Map.Entry<String, StorageTree> child : ours.children().entrySet()) {
        boolean there =
            names.contains(child.getKey())
                || same.contains(EntrySet.nameHash(salt, child.getKey()));
        if (!there) {
          String path = join(phone.path(), child.getKey());
          different.add(path);
          remove(path, child.getValue());
        }
      }
    } else {
      toCompare.add(phone.path());
    }
    for (Answer.Entry entry : phone.others()) {
      entry(phone.path(), entry, Optional.ofNullable(ours.children().get(entry.name())), told);
    }
  }

  private void entry(
      String directory, Answer.Entry phone, Optional<StorageTree> ours, Set<String> told) {
    String path = join(directory, phone.name());
    boolean sameKind = ours.filter(node -> node.kind() == phone.kind()).isPresent();
    if (sameKind && equal(phone, ours.get())) {
      return;
    }
    if (path.indexOf(UNREADABLE) >= 0 || phone.kind() == StorageTree.Kind.OTHER) {
      different.add(path);
      unrepairable.add(path);
      return;
    }
    if (ours.isPresent() && (!sameKind || phone.kind() == StorageTree.Kind.LINK)) {
      remove(path, ours.get());
    }
    if (!sameKind || phone.kind() != StorageTree.Kind.DIRECTORY) {
      different.add(path);
    }
    switch (phone.kind()) {
      case DIRECTORY -> {
        if (!sameKind) {
          writes.add(new StorageWrite.Directory(path, phone.mode()));
          made.add(path);
          changes++;
        }
        if (!told.contains(path)) {
          toCompare.add(path);
        }
      }
      case LINK -> {
        writes.add(new StorageWrite.SymbolicLink(path, phone.target()));
        changes++;
      }
      default -> wanted.put(path, phone.hash());
    }
  }

  private static boolean equal(Answer.Entry phone, StorageTree ours) {
    return switch (phone.kind()) {
      case FILE, DIRECTORY -> Arrays.equals(phone.hash(), ours.shortHash());
      case LINK ->
          Arrays.equals(
              MirrorFiles.sha256(
                  phone.target().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                  StorageTree.SHORT_HASH_BYTES),
              ours.shortHash());
      case OTHER -> true;
    };
  }

  private void remove(String path, StorageTree tree) {
    if (path.indexOf(UNREADABLE) >= 0) {
      unrepairable.add(path);
      return;
    }
    tree.children().forEach((name, child) -> remove(join(path, name), child));
    writes.add(new StorageWrite.Remove(path));
    changes++;
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  // ---- files

  private void none(Answer.None none) {
    switch (none.reason()) {
      case GONE -> {
        gone.add(none.path());
        if (none.path().isEmpty() || files.tree().find(none.path()).isPresent()) {
          toCompare.add("");
        }
      }
      case POSTPONED -> postponed.add(none.path());
      case REFUSED -> refused.add(none.path());
      case UNSETTLED -> {
        // asked again after the next interval
      }
    }
  }

  private void content(Answer.Content answer) throws IOException {
    String path = answer.path();
    if (planned > MAX_PLANNED) {
      return; // asked again
    }
    wanted.put(path, Arrays.copyOf(answer.hash(), StorageTree.SHORT_HASH_BYTES));
    boolean inTheWay =
        files.tree().find(path).filter(n -> n.kind() != StorageTree.Kind.FILE).isPresent();
    int slash = path.lastIndexOf('/');
    boolean parent = directory(slash < 0 ? "" : path.substring(0, slash)).isPresent();
    if (inTheWay || !parent || answer.offset() > files.size(path)) {
      failed.add(path);
      return;
    }
    int length = Math.max(answer.delta().baseLength(), answer.delta().length());
    byte[] ours = files.read(path, answer.offset(), length);
    Optional<byte[]> fresh = answer.delta().apply(ours).filter(data -> isRight(answer, data));
    if (fresh.isEmpty()) {
      failed.add(path);
      return;
    }
    planned += fresh.get().length;
    write(answer, ours, fresh.get());
    if (answer.last()) {
      expected.put(path, answer.hash());
    } else {
      reached.put(path, answer.end());
    }
  }

  private static boolean isRight(Answer.Content answer, byte[] data) {
    return answer.check().length == 0
        ? Arrays.equals(MirrorFiles.sha256(data, Answer.HASH_BYTES), answer.hash())
        : Arrays.equals(MirrorFiles.sha256(data, Answer.CHECK_BYTES), answer.check());
  }

  private void write(Answer.Content answer, byte[] ours, byte[] fresh) {
    long length = answer.last() ? answer.size() : Math.max(files.size(answer.path()), answer.end());
    int before = writes.size();
    for (int at = nextUnequal(ours, fresh, 0); at < fresh.length; ) {
      int end = at + 1;
      int next = nextUnequal(ours, fresh, end);
      while (next < fresh.length && next - end < GAP) {
        end = next + 1;
        next = nextUnequal(ours, fresh, end);
      }
      region(answer, at, Arrays.copyOfRange(fresh, at, end), length);
      at = next;
    }
    if (writes.size() == before) {
      region(answer, fresh.length, new byte[0], length);
    }
  }

  private void region(Answer.Content answer, int at, byte[] data, long length) {
    writes.add(
        new StorageWrite.FileRegion(
            answer.path(),
            answer.mode(),
            answer.modifiedMicros(),
            answer.offset() + at,
            data,
            length));
  }

  private static int nextUnequal(byte[] ours, byte[] fresh, int from) {
    int at = from;
    while (at < fresh.length && at < ours.length && ours[at] == fresh[at]) {
      at++;
    }
    return at;
  }
}
