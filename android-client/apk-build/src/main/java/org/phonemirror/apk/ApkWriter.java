package org.phonemirror.apk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Puts an APK together, not yet signed: in the order of names and without times, so that equal
 * contents are equal bytes.
 */
final class ApkWriter {
  static final String RESOURCES = "resources.arsc";

  /**
   * What other builders of APKs have, too. Where the first time that an archive can hold is told,
   * {@link ZipEntry} adds another one, which goes by the time zone.
   */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1981, 1, 1, 1, 1, 2);

  private ApkWriter() {}

  /**
   * Writes it.
   *
   * @param base manifest and resources
   * @param dex directory of the code
   * @param resources what code reads at run time, by name
   */
  static void write(Path base, Path dex, SortedMap<String, byte[]> resources, Path out)
      throws IOException {
    SortedMap<String, byte[]> entries = new TreeMap<>(resources);
    try (ZipFile zip = new ZipFile(base.toFile())) {
      Enumeration<? extends ZipEntry> names = zip.entries();
      while (names.hasMoreElements()) {
        ZipEntry entry = names.nextElement();
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    try (Stream<Path> files = Files.list(dex)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".dex")).toList()) {
        entries.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(out))) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    if (name.equals(RESOURCES)) { // mapped as it is: Android 11 refuses it compressed
      CRC32 crc = new CRC32();
      crc.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
