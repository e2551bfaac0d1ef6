package org.phonemirror.core.antivirus;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.phonemirror.sync.StorageTree;
import org.phonemirror.sync.StorageTree.Kind;

/** The files of a storage tree, by path and by content; and how much else there is. */
final class Listing {
  private final StorageTree tree;
  private final SortedMap<String, ListedFile> files = new TreeMap<>();
  private final Map<String, ListedFile> byContent = new HashMap<>();

  /**
   * A file in user storage.
   *
   * @param sha256 of its content, in lower-case hexadecimal
   */
  record ListedFile(String path, String sha256, long size) {}

  /**
   * What is at a path.
   *
   * @param kind of the entry itself
   * @param files there and below
   * @param others how many entries there and below have no content, by kind
   */
  record Selection(Kind kind, Collection<ListedFile> files, Map<Kind, Integer> others) {}

  Listing(StorageTree tree) {
    this.tree = tree;
    collect(tree, "", files, new EnumMap<>(Kind.class));
    files.values().forEach(file -> byContent.putIfAbsent(file.sha256, file));
  }

  private static void collect(
      StorageTree entry, String path, Map<String, ListedFile> files, Map<Kind, Integer> others) {
    switch (entry.kind()) {
      case DIRECTORY ->
          entry
              .children()
              .forEach(
                  (name, child) ->
                      collect(child, path.isEmpty() ? name : path + "/" + name, files, others));
      case FILE ->
          files.put(
              path, new ListedFile(path, HexFormat.of().formatHex(entry.hash()), entry.size()));
      case LINK, OTHER -> others.merge(entry.kind(), 1, Integer::sum);
    }
  }

  SortedMap<String, ListedFile> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  Optional<ListedFile> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** A file that has this content. */
  Optional<ListedFile> withContent(String sha256) {
    return Optional.ofNullable(byContent.get(sha256));
  }

  /** What is at a path and below; empty if nothing is there. */
  Optional<Selection> at(String path) {
    Map<String, ListedFile> found = new TreeMap<>();
    Map<Kind, Integer> others = new EnumMap<>(Kind.class);
    Optional<StorageTree> top = tree.find(path);
    top.ifPresent(entry -> collect(entry, path, found, others));
    return top.map(entry -> new Selection(entry.kind(), found.values(), others));
  }
}
