package org.phonemirror.core.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A path in an image: names between slashes. */
final class Ext4Path implements Path {
  private final Ext4FileSystem files;
  private final boolean absolute;
  private final List<String> names;

  Ext4Path(Ext4FileSystem files, boolean absolute, List<String> names) {
    this.files = files;
    this.absolute = absolute;
    this.names = List.copyOf(names);
  }

  static Ext4Path parse(Ext4FileSystem files, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new InvalidPathException(text, "no file name has a NUL in it");
    }
    List<String> names = new ArrayList<>();
    for (String name : text.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return new Ext4Path(files, text.startsWith("/"), names);
  }

  /** Of the same file system. */
  static Ext4Path of(Path path, Ext4FileSystem files) {
    if (path instanceof Ext4Path ours && ours.files == files) {
      return ours;
    }
    throw new ProviderMismatchException("'" + path + "' is not a path of this storage image");
  }

  List<String> names() {
    return names;
  }

  private Ext4Path relative(List<String> part) {
    return new Ext4Path(files, false, part);
  }

  @Override
  public Ext4FileSystem getFileSystem() {
    return files;
  }

  @Override
  public boolean isAbsolute() {
    return absolute;
  }

  @Override
  public Path getRoot() {
    return absolute ? files.top() : null;
  }

  @Override
  public Path getFileName() {
    return names.isEmpty() ? null : getName(names.size() - 1);
  }

  @Override
  public Path getParent() {
    if (names.size() > 1 || (absolute && names.size() == 1)) {
      return new Ext4Path(files, absolute, names.subList(0, names.size() - 1));
    }
    return null;
  }

  @Override
  public int getNameCount() {
    return names.size();
  }

  @Override
  public Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Path subpath(int from, int to) {
    if (from < 0 || to > names.size() || from >= to) {
      throw new IllegalArgumentException(this + " has no names " + from + " to " + to);
    }
    return relative(names.subList(from, to));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof Ext4Path start
        && start.files == files
        && start.absolute == absolute
        && start.names.size() <= names.size()
        && names.subList(0, start.names.size()).equals(start.names);
  }

  @Override
  public boolean endsWith(Path other) {
    if (!(other instanceof Ext4Path end) || end.files != files) {
      return false;
    }
    int from = names.size() - end.names.size();
    return end.absolute
        ? equals(end)
        : from >= 0 && names.subList(from, names.size()).equals(end.names);
  }

  @Override
  public Ext4Path normalize() {
    List<String> kept = new ArrayList<>();
    for (String name : names) {
      boolean up = name.equals("..");
      if (up && !kept.isEmpty() && !kept.get(kept.size() - 1).equals("..")) {
        kept.remove(kept.size() - 1);
      } else if (!name.equals(".") && !(up && absolute)) {
        kept.add(name);
      }
    }
    return new Ext4Path(files, absolute, kept);
  }

  @Override
  public Path resolve(Path other) {
    Ext4Path further = of(other, files);
    if (further.absolute) {
      return further;
    }
    List<String> all = new ArrayList<>(names);
    all.addAll(further.names);
    return new Ext4Path(files, absolute, all);
  }

  @Override
  public Path relativize(Path other) {
    Ext4Path to = of(other, files);
    if (to.absolute != absolute) {
      throw new IllegalArgumentException("no way from " + this + " to " + other);
    }
    int common = 0;
    while (common < Math.min(names.size(), to.names.size())
        && names.get(common).equals(to.names.get(common))) {
      common++;
    }
    List<String> way = new ArrayList<>();
    for (int i = common; i < names.size(); i++) {
      way.add("..");
    }
    way.addAll(to.names.subList(common, to.names.size()));
    return relative(way);
  }

  @Override
  public URI toUri() {
    throw new UnsupportedOperationException("a path in a storage image has no URI");
  }

  @Override
  public Ext4Path toAbsolutePath() {
    return absolute ? this : new Ext4Path(files, true, names);
  }

  @Override
  public Path toRealPath(LinkOption... options) throws IOException {
    Ext4Path real = toAbsolutePath().normalize();
    files.find(real);
    return real;
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException("nobody changes a view");
  }

  @Override
  public int compareTo(Path other) {
    return toString().compareTo(of(other, files).toString());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ext4Path that
        && files == that.files
        && absolute == that.absolute
        && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return Objects.hash(absolute, names);
  }

  @Override
  public String toString() {
    return (absolute ? "/" : "") + String.join("/", names);
  }
}
