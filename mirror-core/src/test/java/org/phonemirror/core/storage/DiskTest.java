package org.phonemirror.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Overlays and partitions, laid out by hand as docs/interop/qcow2.txt and UEFI 2.10 say. */
class DiskTest {
  private static final Charset UTF8 = StandardCharsets.UTF_8;
  private static final int CLUSTER = 1 << 16;
  private static final int SIZE = 10 * CLUSTER + 512;

  @TempDir private Path directory;
  private Path base;
  private Path overlay;
  private byte[] content;

  @BeforeEach
  void make() throws IOException {
    base = directory.resolve("base");
    overlay = directory.resolve("overlay");
    content = new byte[SIZE];
    new Random(1).nextBytes(content);
    Files.write(base, content);
  }

  @Test
  void anEmptyOverlayShowsItsBackingDisk() throws IOException {
    QcowDisk.createOverlay(overlay, SIZE);
    assertThat(Files.size(overlay)).isEqualTo(4 * CLUSTER);
    try (Disk disk = QcowDisk.open(overlay, Optional.of(Disk.raw(base)))) {
      assertThat(disk.size()).isEqualTo(SIZE);
      assertThat(read(disk, 0, SIZE)).isEqualTo(content);
      assertThat(read(disk, CLUSTER - 1, 2)).isEqualTo(part(CLUSTER - 1, 2));
      assertThatThrownBy(() -> read(disk, SIZE - 1, 2)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whatWasWrittenCoversTheBackingDisk() throws IOException {
    QcowDisk.createOverlay(overlay, SIZE + CLUSTER);
    byte[] written = new byte[CLUSTER];
    new Random(2).nextBytes(written);
    byte[] packed = "compressed ".repeat(CLUSTER).substring(0, CLUSTER).getBytes(UTF8);
    byte[] deflated = deflate(packed);
    ByteBuffer image = ByteBuffer.allocate(8 * CLUSTER).put(Files.readAllBytes(overlay));
    long copied = 1L << 63;
    image.putLong(3 * CLUSTER, copied | (4 * CLUSTER)); // L1: the table is at 4
    image.putLong(4 * CLUSTER + 8, copied | (5 * CLUSTER)); // cluster 1: written, at 5
    image.putLong(4 * CLUSTER + 16, 1); // cluster 2: zeroes
    long sectors = (100L + deflated.length + 511) / 512 - 1;
    image.putLong(4 * CLUSTER + 24, (1L << 62) | (sectors << 54) | (6 * CLUSTER + 100)); // 3
    image.position(5 * CLUSTER).put(written).position(6 * CLUSTER + 100).put(deflated);
    Files.write(overlay, image.array());
    System.arraycopy(written, 0, content, CLUSTER, CLUSTER);
    System.arraycopy(new byte[CLUSTER], 0, content, 2 * CLUSTER, CLUSTER);
    System.arraycopy(packed, 0, content, 3 * CLUSTER, CLUSTER);
    try (Disk disk = QcowDisk.open(overlay, Optional.of(Disk.raw(base)))) {
      assertThat(read(disk, 0, SIZE)).isEqualTo(content);
      assertThat(read(disk, SIZE, CLUSTER)).containsOnly(0);
    }
  }

  private static byte[] deflate(byte[] data) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] packed = new byte[data.length];
    int length = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, length);
  }

  @Test
  void aForgedOverlayIsRefused() throws IOException {
    QcowDisk.createOverlay(overlay, SIZE);
    byte[] good = Files.readAllBytes(overlay);
    assertRefused(good, 0, "no qcow2"); // magic
    assertRefused(good, 23, "header is damaged"); // cluster bits
    assertRefused(good, 35, "encrypted");
    assertRefused(good, 36, "table"); // L1 entries
    assertRefused(good, 72, "unknown features");
    Files.write(overlay, Arrays.copyOf(good, 100));
    assertThatThrownBy(() -> QcowDisk.open(overlay, Optional.empty()))
        .hasMessageContaining("no header");
    ByteBuffer outside = ByteBuffer.wrap(good.clone());
    outside.putLong(3 * CLUSTER, 1L << 40);
    Files.write(overlay, outside.array());
    try (Disk disk = QcowDisk.open(overlay, Optional.empty())) {
      assertThatThrownBy(() -> read(disk, 0, 512)).isInstanceOf(IOException.class);
    }
  }

  private void assertRefused(byte[] good, int at, String message) throws IOException {
    byte[] bad = good.clone();
    bad[at] = (byte) (at == 36 ? 0 : 0xff);
    bad[39] = at == 36 ? 0 : bad[39];
    Files.write(overlay, bad);
    assertThatThrownBy(() -> QcowDisk.open(overlay, Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(overlay.toString())
        .hasMessageContaining(message);
  }

  @Test
  void partitionsOfAnMbr() throws IOException {
    ByteBuffer disk = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    disk.put(446, new byte[64]).putShort(510, (short) 0xaa55);
    disk.put(446 + 16 + 4, (byte) 0x83).putInt(446 + 16 + 8, 3).putInt(446 + 16 + 12, 5);
    disk.put(446 + 32 + 4, (byte) 0x83).putInt(446 + 32 + 8, 3).putInt(446 + 32 + 12, 1 << 30);
    Files.write(base, content);
    try (Disk second = Partitions.open(Disk.raw(base), 2)) {
      assertThat(read(second, 0, 5 * 512)).isEqualTo(part(3 * 512, 5 * 512));
      assertThatThrownBy(() -> read(second, 4 * 512, 513)).isInstanceOf(IOException.class);
    }
    try (Disk whole = Disk.raw(base)) {
      assertThat(Partitions.open(whole, 0)).isSameAs(whole);
      assertThatThrownBy(() -> Partitions.open(whole, 1)).hasMessageContaining("partition 1");
      assertThatThrownBy(() -> Partitions.open(whole, 3)).hasMessageContaining("outside");
      assertThatThrownBy(() -> Partitions.open(whole, 5)).hasMessageContaining("partition 5");
    }
  }

  @Test
  void partitionsOfAGpt() throws IOException {
    ByteBuffer disk = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    disk.put(446, new byte[64]).putShort(510, (short) 0xaa55).put(446 + 4, (byte) 0xee);
    disk.put(512, "EFI PART".getBytes(UTF8)).putLong(512 + 72, 2);
    disk.putInt(512 + 80, 4).putInt(512 + 84, 128);
    disk.put(1024, new byte[512]);
    disk.putLong(1024 + 2 * 128, 7).putLong(1024 + 2 * 128 + 32, 9).putLong(1024 + 256 + 40, 12);
    Files.write(base, content);
    try (Disk third = Partitions.open(Disk.raw(base), 3)) {
      assertThat(third.size()).isEqualTo(4 * 512);
      assertThat(read(third, 0, 4 * 512)).isEqualTo(part(9 * 512, 4 * 512));
    }
    try (Disk whole = Disk.raw(base)) {
      assertThatThrownBy(() -> Partitions.open(whole, 2)).hasMessageContaining("partition 2");
      assertThatThrownBy(() -> Partitions.open(whole, 9)).hasMessageContaining("partition 9");
    }
  }

  private byte[] part(int from, int length) {
    return Arrays.copyOfRange(content, from, from + length);
  }

  private static byte[] read(Disk disk, long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    disk.read(buffer, position);
    return buffer.array();
  }
}
