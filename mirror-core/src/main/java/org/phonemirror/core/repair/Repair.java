package org.phonemirror.core.repair;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.EntrySet;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.phonemirror.sync.StorageTree;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.delta.Signature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mirror's divergence and its repair, from interval to interval.
 *
 * <p>Everything is as of an interval's end, of which phone and mirror mean the same by the number
 * of its batch. After interval k the digests differ. The next acknowledgement asks what differs;
 * the phone answers in a later batch with what holds at <em>its</em> end; the mirror, which has
 * just replayed that batch, is then at the same end, and takes the answer for what it is. So
 * neither side has to hold still, and no message is sent that would not be sent anyway.
 *
 * <p>What is kept here between intervals is only how to ask next. It may be lost at any time: the
 * next comparison makes it anew.
 *
 * <p>One thread at a time may use it.
 */
public final class Repair {
  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

  /** Files that are followed at a time; others are found when these are done. */
  private static final int MAX_OPEN = 10_000;

  /** Longest pause between two comparisons that lead to nothing, in intervals. */
  private static final int LONGEST_PAUSE = 64;

  /** What an ask takes beside a path and hashes. */
  private static final int ASK_OVERHEAD = 24;

  private final StorageScope scope;
  private final StorageScanner.Memory memory = new StorageScanner.Memory();
  private final Map<String, OpenFile> open = new LinkedHashMap<>();
  private final Set<String> toCompare = new LinkedHashSet<>();
  private final Set<String> known = new HashSet<>();
  private final Set<String> unrepairable = new HashSet<>();
  private boolean allKnown;
  private int salt;
  private int fruitless;
  private int pause;

  /** Whether it was left open after the interval before if mirror and phone were equal. */
  private boolean leftOpen;

  /** Repairs what counts as user storage. */
  public Repair(StorageScope scope) {
    this.scope = scope;
  }

  /**
   * Compares the storages after an interval was replayed, repairs what the phone's answers tell,
   * and says what to ask next.
   *
   * @param wasIdentical whether they were equal after the interval before
   * @param awaiting whether the phone has asks that it has not answered yet
   * @param askBytes most bytes of asks
   */
  public Outcome settle(
      Machine machine, Interval phone, boolean wasIdentical, boolean awaiting, int askBytes)
      throws MachineException {
    if (phone.digest().unsettled().contains("")) {
      return notCompared(machine, phone, wasIdentical);
    }
    boolean writable = machine.whyNotWritable().isEmpty();
    boolean asking = writable && (!awaiting || !phone.answers().isEmpty());
    boolean mayBeAhead = wasIdentical && !leftOpen && !phone.atRest() && phone.answers().isEmpty();
    leftOpen = false;
    Look before = machine.readStorage(top -> look(top, phone, mayBeAhead, asking, askBytes));
    boolean newlyDiverged = !before.identical && (wasIdentical || before.fresh);
    if (!writable) {
      return notRepairable(machine, before, newlyDiverged);
    }
    List<StorageWrite> writes = before.plan.map(Plan::writes).orElse(List.of());
    if (writes.isEmpty()) {
      return outcome(before, newlyDiverged, 0, 0);
    }
    Plan plan = before.plan.get();
    List<String> refused = machine.write(writes);
    if (!refused.isEmpty()) {
      LOG.warn("{} changes could not be made, the first: {}", refused.size(), refused.get(0));
    }
    Look after = machine.readStorage(top -> lookAgain(top, phone, plan, askBytes));
    int made = after.repaired + Math.max(0, plan.changes() - refused.size());
    return outcome(after, newlyDiverged, made, bytes(writes));
  }

  /** The phone could not tell what its storage was like: what was known before is known still. */
  private Outcome notCompared(Machine machine, Interval phone, boolean wasIdentical)
      throws MachineException {
    return machine.readStorage(
        top -> {
          StorageScanner scanner = scanner(top);
          StorageDigest ours = scanner.scan(List.of(), phone.endMicros());
          return new Outcome(
              ours,
              wasIdentical,
              false,
              0,
              0,
              unrepairable.size(),
              scanner.tree(),
              Optional.empty());
        });
  }

  /** Nothing is asked for that could not be written: what differs is known by its digest only. */
  private static Outcome notRepairable(Machine machine, Look look, boolean newlyDiverged) {
    if (newlyDiverged) {
      LOG.warn("storage differs and is not repaired: {}", machine.whyNotWritable().orElseThrow());
    }
    int beyondRepair = look.identical ? 0 : 1;
    return new Outcome(
        look.digest,
        look.identical,
        newlyDiverged,
        0,
        0,
        beyondRepair,
        look.tree,
        Optional.of(List.of()));
  }

  private Outcome outcome(Look look, boolean newlyDiverged, int files, long bytes) {
    long givenUp = open.values().stream().filter(OpenFile::isGivenUp).count();
    int beyondRepair = (int) givenUp + unrepairable.size();
    return new Outcome(
        look.digest,
        look.identical,
        newlyDiverged,
        files,
        bytes,
        beyondRepair,
        look.tree,
        look.asks);
  }

  private static long bytes(List<StorageWrite> writes) {
    return writes.stream()
        .mapToLong(
            write -> write instanceof StorageWrite.FileRegion region ? region.data().length : 0)
        .sum();
  }

  /**
   * What a look at the mirror's storage showed.
   *
   * @param fresh whether something differs that did not when all was known that did
   * @param repaired files that have become right since the look before
   * @param plan what follows from the answers; empty if nothing differs
   */
  private record Look(
      StorageDigest digest,
      boolean identical,
      boolean fresh,
      int repaired,
      Optional<Plan> plan,
      StorageTree tree,
      Optional<List<Ask>> asks) {}

  private Look look(Path top, Interval phone, boolean mayBeAhead, boolean asking, int askBytes)
      throws IOException {
    StorageScanner scanner = scanner(top);
    StorageDigest digest = scan(scanner, phone);
    if (digest.equals(phone.digest())) {
      forget();
      return new Look(
          digest, true, false, 0, Optional.empty(), scanner.tree(), Optional.of(List.of()));
    }
    leftOpen = mayBeAhead && isAhead(scanner, phone);
    if (leftOpen) {
      return new Look(digest, true, false, 0, Optional.empty(), scanner.tree(), Optional.empty());
    }
    MirrorFiles files = new MirrorFiles(top, scanner.tree());
    Plan plan = new Plan(files, phone.answers());
    boolean fresh = note(plan, phone.answers());
    boolean now = asking && plan.writes().isEmpty();
    Optional<List<Ask>> asks = now ? Optional.of(asks(files, askBytes)) : Optional.empty();
    return new Look(digest, false, fresh, 0, Optional.of(plan), files.tree(), asks);
  }

  private StorageScanner scanner(Path top) {
    return new StorageScanner(top, scope, memory);
  }

  private static StorageDigest scan(StorageScanner scanner, Interval phone) throws IOException {
    return scanner.scan(phone.digest().unsettled(), phone.endMicros());
  }

  /**
   * Whether the mirror has just written what the phone was not writing yet. It is ahead by a
   * fraction of a second, and what the phone writes after the interval's end is in the next one:
   * only then can they be told equal or not.
   */
  private static boolean isAhead(StorageScanner scanner, Interval phone) throws IOException {
    long since = phone.endMicros() - StorageScanner.SETTLE_MICROS;
    return scanner.isWrittenSince(since, phone.digest().unsettled());
  }

  private Look lookAgain(Path top, Interval phone, Plan plan, int askBytes) throws IOException {
    StorageScanner scanner = scanner(top);
    StorageDigest digest = scan(scanner, phone);
    MirrorFiles files = new MirrorFiles(top, scanner.tree());
    int repaired = verify(plan, files.tree());
    boolean identical = digest.equals(phone.digest());
    if (identical) {
      forget();
    }
    List<Ask> asks = identical ? List.of() : asks(files, askBytes);
    return new Look(
        digest, identical, false, repaired, Optional.empty(), files.tree(), Optional.of(asks));
  }

  private void forget() {
    open.clear();
    toCompare.clear();
    known.clear();
    unrepairable.clear();
    allKnown = false;
    fruitless = 0;
    pause = 0;
  }

  // ---- answers

  /** Takes note of what answers say; tells whether they show a new divergence. */
  private boolean note(Plan plan, List<Answer> answers) {
    boolean fresh = allKnown && plan.compared() && !known.containsAll(plan.different());
    answers.stream()
        .filter(Answer.Differences.class::isInstance)
        .forEach(answer -> toCompare.remove(answer.path()));
    toCompare.addAll(plan.toCompare());
    if (plan.compared()) {
      allKnown = toCompare.isEmpty() && known.size() < MAX_OPEN;
      unrepairable.clear();
      unrepairable.addAll(plan.unrepairable());
    }
    plan.different().stream().limit(MAX_OPEN - known.size()).forEach(known::add);
    plan.wanted()
        .forEach(
            (path, hash) -> {
              if (open.size() < MAX_OPEN || open.containsKey(path)) {
                OpenFile file = open.computeIfAbsent(path, p -> new OpenFile(hash));
                file.changed(hash);
              }
            });
    for (Answer answer : answers) {
      if (answer instanceof Answer.Content) {
        Optional.ofNullable(open.get(answer.path())).ifPresent(OpenFile::answered);
      }
    }
    plan.gone().forEach(open::remove);
    plan.failed().forEach(this::failed);
    for (String path : plan.postponed()) {
      Optional.ofNullable(open.get(path)).ifPresent(OpenFile::postponed);
    }
    for (String path : plan.refused()) {
      Optional.ofNullable(open.get(path)).ifPresent(OpenFile::giveUp);
    }
    if (!plan.writes().isEmpty() || !plan.wanted().isEmpty() || !plan.toCompare().isEmpty()) {
      fruitless = 0;
      pause = 0;
    }
    return fresh;
  }

  private void failed(String path) {
    OpenFile file = open.get(path);
    if (file != null && !file.isGivenUp()) {
      file.failed();
      if (file.isGivenUp()) {
        LOG.warn("'{}' can't be repaired; it is left until it changes on the phone", path);
      }
    }
  }

  /** How many files have become what they were to be. */
  private int verify(Plan plan, StorageTree tree) {
    int right = 0;
    for (Map.Entry<String, byte[]> file : plan.expected().entrySet()) {
      Optional<byte[]> hash = tree.find(file.getKey()).map(StorageTree::hash);
      if (hash.filter(is -> startsWith(is, file.getValue())).isPresent()) {
        open.remove(file.getKey());
        known.remove(file.getKey());
        right++;
      } else {
        failed(file.getKey());
      }
    }
    plan.reached()
        .forEach((path, end) -> Optional.ofNullable(open.get(path)).ifPresent(f -> f.reached(end)));
    return right;
  }

  private static boolean startsWith(byte[] hash, byte[] prefix) {
    return Arrays.equals(Arrays.copyOf(hash, prefix.length), prefix);
  }

  // ---- asks

  private List<Ask> asks(MirrorFiles files, int askBytes) throws IOException {
    open.entrySet()
        .removeIf(
            file ->
                files
                    .tree()
                    .find(file.getKey())
                    .filter(ours -> file.getValue().isNow(ours.shortHash()))
                    .isPresent());
    List<Ask> asks = new ArrayList<>();
    int left = askBytes;
    for (Map.Entry<String, OpenFile> file : open.entrySet()) {
      if (file.getValue().isDue() && asks.size() < Limits.MAX_ASKS && left > 0) {
        left -= add(asks, fetch(files, file.getKey(), file.getValue(), left), left);
      }
    }
    toCompare.removeIf(path -> !isDirectory(files.tree(), path));
    for (String path : toCompare) {
      if (asks.size() < Limits.MAX_ASKS && left > 0) {
        left -= add(asks, compare(files.tree(), path, left), left);
      }
    }
    if (!asks.isEmpty()) {
      return asks;
    }
    // what differs is not known, or can't be repaired, or waits
    if (pause > 0) {
      pause--;
      return asks;
    }
    pause = Math.min(LONGEST_PAUSE, 1 << Math.min(fruitless, 10)) - 1;
    fruitless++;
    add(asks, compare(files.tree(), "", left), left);
    return asks;
  }

  /** Adds an ask if it fits, and the first in any case. Returns what it takes. */
  private static int add(List<Ask> asks, Ask ask, int left) {
    int length = SyncCodec.length(ask);
    if (length > left && !asks.isEmpty()) {
      return 0;
    }
    asks.add(ask);
    return length;
  }

  private static boolean isDirectory(StorageTree tree, String path) {
    return tree.find(path).filter(ours -> ours.kind() == StorageTree.Kind.DIRECTORY).isPresent();
  }

  private static Ask fetch(MirrorFiles files, String path, OpenFile file, int maxBytes)
      throws IOException {
    Signature signature = Signature.none(file.offset());
    if (file.isByDelta()) {
      byte[] window = files.read(path, file.offset(), Signature.WINDOW);
      int room = maxBytes - ASK_OVERHEAD - path.length();
      signature = Signature.of(window, file.offset(), room);
    }
    return new Ask.Fetch(path, signature);
  }

  private Ask compare(StorageTree tree, String path, int maxBytes) {
    salt = (salt + 1) & EntrySet.MAX_SALT;
    StorageTree directory = tree.find(path).orElseGet(StorageTree::empty);
    int room = Math.max(1, maxBytes - ASK_OVERHEAD - path.length());
    return new Ask.Compare(path, EntrySet.of(salt, path, directory, room));
  }
}
