package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which mirrors need which templates, read from their state while a server may work on it. */
final class TemplateUse {
  private final Map<String, Set<String>> ofModel = new HashMap<>();
  private final Map<String, Set<String>> sessionsOn = new HashMap<>();

  private TemplateUse() {}

  /**
   * Reads a server's state.
   *
   * @param state its {@code state.directory}; nobody uses anything if it has no mirrors
   * @throws IOException if a checkpoint can't be read: what it needs is not known
   */
  static TemplateUse of(Path state) throws IOException {
    TemplateUse use = new TemplateUse();
    for (Path mirror : list(state.resolve("mirrors"))) {
      String name = mirror.getFileName().toString();
      for (Path checkpoint : list(mirror.resolve(MirrorDirectory.CHECKPOINTS))) {
        if (!MirrorDirectory.isAside(checkpoint)) {
          name = use.add(checkpoint, name);
        }
      }
      for (Path running : list(mirror.resolve(MirrorDirectory.RUNNING))) {
        Path template = running.resolve(MirrorDirectory.TEMPLATE);
        if (Files.exists(template)) {
          add(use.sessionsOn, Files.readString(template).strip(), name);
        }
      }
    }
    return use;
  }

  private static Iterable<Path> list(Path directory) throws IOException {
    Set<Path> paths = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(paths::add);
    } catch (NoSuchFileException e) {
      // there is none, or it has just been deleted
    }
    return paths;
  }

  private String add(Path checkpoint, String otherwise) throws IOException {
    try {
      SavedCheckpoint saved = SavedCheckpoint.load(checkpoint);
      String mirror = saved.checkpoint().mirror();
      add(ofModel, saved.checkpoint().phoneModel(), mirror);
      if (saved.checkpoint().poweredOn()) {
        add(sessionsOn, saved.template(), mirror);
      }
      return mirror;
    } catch (IOException e) {
      if (!Files.exists(checkpoint)) {
        return otherwise; // the server has let go of it
      }
      throw e;
    }
  }

  private static void add(Map<String, Set<String>> to, String key, String mirror) {
    to.computeIfAbsent(key, k -> new TreeSet<>()).add(mirror);
  }

  /** Who can't go on without a version: its sessions, and, if it is in force, all of its model. */
  Set<String> of(TemplateVersions.Version version) {
    Set<String> mirrors = new TreeSet<>(sessionsOn.getOrDefault(version.id(), Set.of()));
    if (version.inForce()) {
      mirrors.addAll(ofModel.getOrDefault(version.model(), Set.of()));
    }
    return mirrors;
  }
}
