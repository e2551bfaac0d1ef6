package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.phonemirror.core.store.StateFiles;

/**
 * The versions of phone models' templates in a directory:
 *
 * <pre>
 * MODEL@ID/   a version, which never changes; its id is that of {@link Template#id}
 * MODEL       a link to the version in force: phones that are switched on now start with it
 * </pre>
 *
 * <p>A mirror whose session was saved goes on with the version that it began with, as long as that
 * is here; a mirror whose phone is switched off has but its user storage, and takes the version in
 * force at its next start, or that of the software that its phone tells when it boots. So a system
 * update needs no more than a new version: mirrors move one by one, each when its phone is switched
 * off. {@code MODEL} may also be a directory, as all were before there were versions.
 *
 * @param directory holds all of them
 */
record TemplateVersions(Path directory) {
  private static final String AT = "@";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final String ID = "[0-9a-f]{16}";

  /**
   * A version.
   *
   * @param id empty if its description can't be read
   * @param inForce whether the model's name stands for it
   */
  record Version(String model, String id, Path directory, boolean inForce) {
    /** As commands name it. */
    String name() {
      return model + AT + id;
    }
  }

  /** Where the version in force of a model is, if there is one. */
  Path inForce(String model) throws IOException {
    if (!model.matches(NAME)) {
      throw new IOException("'" + model + "' can't be the name of a phone model");
    }
    return directory.resolve(model);
  }

  /** Where a version is; empty if it is not here any more. */
  Optional<Path> find(String model, String id) throws IOException {
    Path version = inForce(model).resolveSibling(model + AT + id);
    return id.matches(ID) && Files.isDirectory(version) ? Optional.of(version) : Optional.empty();
  }

  /**
   * Where a version of a model's template with some software is: the one with an id, or else any.
   */
  Optional<Path> ofSoftware(String model, String software, String preferred) throws IOException {
    Optional<Path> found = Optional.empty();
    for (Version version : of(model)) {
      if (software(version).equals(software)
          && (found.isEmpty() || version.id().equals(preferred))) {
        found = Optional.of(version.directory());
      }
    }
    return found;
  }

  /** What versions of a model's software there are templates of. */
  Set<String> software(String model) throws IOException {
    Set<String> all = new TreeSet<>();
    for (Version version : of(model)) {
      all.add(software(version));
    }
    all.remove("");
    return all;
  }

  /** Those of a model that are whole as far as its description tells. */
  private List<Version> of(String model) throws IOException {
    return all().stream()
        .filter(version -> version.model().equals(model))
        .filter(version -> Files.isRegularFile(version.directory().resolve(Template.PROPERTIES)))
        .toList();
  }

  private static String software(Version version) throws IOException {
    return PhoneModel.software(PropertyFile.read(version.directory().resolve(Template.PROPERTIES)));
  }

  /** All, by model; those in force first. */
  List<Version> all() throws IOException {
    List<Version> versions = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path path : entries) {
        String[] parts = path.getFileName().toString().split(AT, 2);
        if (!parts[0].matches(NAME) || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          continue; // links stand for what is here anyway
        }
        boolean plain = parts.length == 1;
        Path link = directory.resolve(parts[0]);
        boolean inForce = plain || (Files.exists(link) && Files.isSameFile(link, path));
        versions.add(new Version(parts[0], plain ? id(path) : parts[1], path, inForce));
      }
    }
    versions.sort(
        Comparator.comparing(Version::model)
            .thenComparing(version -> !version.inForce())
            .thenComparing(Version::id));
    return versions;
  }

  private static String id(Path template) throws IOException {
    try {
      return Template.id(template);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /**
   * Puts a version in force. Those before it stay.
   *
   * @param made the template in a directory of the same file system, whole; it gets another name
   * @param name what is to stand for it
   */
  static void publish(Path made, Path name) throws IOException {
    Path version = version(name, Template.id(made));
    if (Files.exists(version)) { // damaged, or it would have been up to date
      StateFiles.deleteTree(version);
    }
    StateFiles.publish(made, version);
    if (Files.isDirectory(name, LinkOption.NOFOLLOW_LINKS)) {
      setAside(name);
    }
    Path link = name.resolveSibling("." + version.getFileName());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, version.getFileName());
    Files.move(link, name, StandardCopyOption.ATOMIC_MOVE);
    StateFiles.sync(name.toAbsolutePath().getParent());
  }

  /** Makes a version of a template that is from before there were any. */
  private static void setAside(Path plain) throws IOException {
    String id = id(plain);
    Path version = version(plain, id);
    if (id.isEmpty() || Files.exists(version)) {
      StateFiles.deleteTree(plain);
    } else {
      Files.move(plain, version, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static Path version(Path name, String id) {
    return name.resolveSibling(name.getFileName() + AT + id);
  }

  /**
   * Deletes a version; if it is in force, its model has none any more.
   *
   * @throws IOException also if it is in force and there are others: which of them would be?
   */
  void remove(Version version) throws IOException {
    if (version.inForce()) {
      long others = all().stream().filter(v -> v.model().equals(version.model())).count() - 1;
      if (others > 0) {
        throw new IOException(
            version.name()
                + " is in force, and there are "
                + others
                + " older ones: remove those before, or build the one that is to follow it");
      }
      Path link = inForce(version.model());
      if (Files.isSymbolicLink(link)) {
        Files.delete(link);
      }
    }
    // half of a template is none
    Path removed = version.directory().resolveSibling(".removed-" + version.name());
    StateFiles.deleteTree(removed);
    Files.move(version.directory(), removed, StandardCopyOption.ATOMIC_MOVE);
    StateFiles.deleteTree(removed);
    StateFiles.sync(directory);
  }
}
