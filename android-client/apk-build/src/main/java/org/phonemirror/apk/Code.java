package org.phonemirror.apk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What is on a class path, by name; the same whether a module is a directory of classes or an
 * archive of them.
 *
 * @param classes class files
 * @param resources what code reads at run time: services, and other files outside of META-INF
 */
record Code(SortedMap<String, byte[]> classes, SortedMap<String, byte[]> resources) {
  private static final String SERVICES = "META-INF/services/";

  /** Reads directories and archives. */
  static Code read(List<Path> classpath) throws IOException {
    Code code = new Code(new TreeMap<>(), new TreeMap<>());
    for (Path element : classpath) {
      if (Files.isDirectory(element)) {
        code.addDirectory(element);
      } else {
        code.addArchive(element);
      }
    }
    return code;
  }

  private void addDirectory(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      add(directory.relativize(file).toString(), Files.readAllBytes(file));
    }
  }

  private void addArchive(Path archive) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> names = zip.entries();
      while (names.hasMoreElements()) {
        ZipEntry entry = names.nextElement();
        if (!entry.isDirectory()) {
          add(entry.getName(), zip.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  private void add(String name, byte[] content) throws IOException {
    boolean counts = !name.startsWith("META-INF/") || name.startsWith(SERVICES);
    if (!counts || name.endsWith("module-info.class") || name.endsWith("package-info.class")) {
      return;
    }
    SortedMap<String, byte[]> kind = name.endsWith(".class") ? classes : resources;
    byte[] other = kind.put(name, content);
    if (other != null && !Arrays.equals(other, content)) {
      throw new IOException("'" + name + "' is in two libraries, with different contents");
    }
  }
}
