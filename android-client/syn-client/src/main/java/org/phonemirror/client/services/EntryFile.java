package org.phonemirror.client.services;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.phonemirror.sync.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of entries: {@code SYNENT01}, their number (4 bytes), each as its record's fields, and the
 * CRC-32 of all that (8 bytes). It is written aside, synced and renamed, so that it is as it was or
 * as it shall be. One that is damaged is kept beside and begun anew.
 */
final class EntryFile {
  private static final Logger LOG = LoggerFactory.getLogger(EntryFile.class);
  private static final long MAGIC = 0x53594e454e543031L;
  private static final int CHECK_BYTES = 8;

  /** Far more than the stores keep. */
  private static final long MAX_BYTES = 16 * 1024 * 1024;

  private final Path file;

  EntryFile(Path file) {
    this.file = file;
  }

  /** What was saved last; nothing if nothing was. */
  List<Entry> load() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!Files.exists(file)) {
      return new ArrayList<>();
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("it is too long");
      }
      return decode(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      LOG.warn("{} can't be read and is set aside as {}: {}", file, aside, e.toString());
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      return new ArrayList<>();
    }
  }

  private static List<Entry> decode(byte[] bytes) throws IOException {
    int length = bytes.length - CHECK_BYTES;
    if (length < 0 || ByteBuffer.wrap(bytes).getLong(length) != check(bytes, length)) {
      throw new IOException("its checksum is wrong");
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
    if (in.readLong() != MAGIC) {
      throw new IOException("it is of another version");
    }
    List<Entry> entries = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      long key = in.readLong();
      long micros = in.readLong();
      String state = in.readUTF();
      String name = in.readUTF();
      List<Field> fields = new ArrayList<>();
      for (int m = in.readInt(); m > 0; m--) {
        fields.add(new Field(in.readUTF(), in.readUTF()));
      }
      entries.add(new Entry(key, micros, state, name, fields));
    }
    return entries;
  }

  /** Saves entries; on return they are on the medium. */
  void save(List<Entry> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(MAGIC);
    out.writeInt(entries.size());
    for (Entry entry : entries) {
      out.writeLong(entry.key());
      out.writeLong(entry.micros());
      out.writeUTF(entry.state());
      out.writeUTF(entry.name());
      out.writeInt(entry.fields().size());
      for (Field field : entry.fields()) {
        out.writeUTF(field.name());
        out.writeUTF(field.value());
      }
    }
    out.writeLong(check(bytes.toByteArray(), bytes.size()));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel to =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
      to.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Durable.sync(file.toAbsolutePath().getParent());
  }

  private static long check(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return crc.getValue();
  }
}
