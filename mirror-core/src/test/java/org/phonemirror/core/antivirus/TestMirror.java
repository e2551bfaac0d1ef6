package org.phonemirror.core.antivirus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Order;
import org.phonemirror.sync.StorageScanner;

/** A mirror as services see it, with a directory for its user storage. */
final class TestMirror implements MirrorView {
  static final long MINUTE_MICROS = 60_000_000;

  final Impu owner;
  final Path files;
  final boolean automatic;
  long interval;

  /** Called with the view before it is read. */
  StorageReader<Void> before = view -> null;

  int reads;

  private final Path directory;

  TestMirror(Path directory, String name, boolean automatic) throws IOException {
    this.owner = new Impu("sip:" + name + "@ims.test");
    this.directory = Files.createDirectories(directory.resolve(name));
    this.files = Files.createDirectory(this.directory.resolve("files"));
    this.automatic = automatic;
  }

  /** An interval passes. */
  void settle(MirrorService service, Order... orders) throws Exception {
    long start = interval++ * MINUTE_MICROS;
    ReplayedInterval passed =
        new ReplayedInterval(interval, start, start + MINUTE_MICROS, List.of(orders));
    service.replayed(this, passed);
    StorageScanner scanner = new StorageScanner(files);
    scanner.scan(List.of());
    service.settled(this, passed, new SettledStorage(scanner.tree(), true));
  }

  static Order scan(long id, String... fields) {
    return order(id, "scan", fields);
  }

  /** An order to do something, with names and values of fields. */
  static Order order(long id, String action, String... fields) {
    List<Field> all = new ArrayList<>(List.of(new Field("action", action)));
    for (int i = 0; i < fields.length; i += 2) {
      all.add(new Field(fields[i], fields[i + 1]));
    }
    return new Order(id, AntivirusService.NAME, all);
  }

  @Override
  public Impu subscriber() {
    return owner;
  }

  @Override
  public MirrorProfile profile() {
    ServicePolicies usual = ServicePolicies.USUAL;
    return new MirrorProfile(
        "reference",
        Duration.ofMinutes(1),
        10_000,
        new ServicePolicies(
            usual.download(), usual.upload(), new ServicePolicies.Antivirus(automatic)));
  }

  @Override
  public <T> T readStorage(StorageReader<T> reader) throws MachineException {
    reads++;
    Path view = directory.resolve("view");
    try {
      copy(files, view);
      before.read(view);
      return reader.read(view);
    } catch (IOException e) {
      throw new MachineException("can't read storage: " + e.getMessage(), e);
    } finally {
      delete(view);
    }
  }

  static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectory(to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (!attributes.isOther()) {
              Files.copy(path, to.resolve(from.relativize(path)), LinkOption.NOFOLLOW_LINKS);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void delete(Path top) {
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing but removals of files. */
  @Override
  public List<String> write(List<StorageWrite> changes) throws MachineException {
    List<String> refused = new ArrayList<>();
    for (StorageWrite change : changes) {
      try {
        Files.delete(files.resolve(((StorageWrite.Remove) change).path()));
      } catch (IOException e) {
        refused.add(e.toString());
      }
    }
    return refused;
  }
}
