package org.phonemirror.apk;

import com.android.apksig.ApkVerifier;
import com.android.apksig.apk.ApkFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Whether phones will take an APK: what apksigner and zipalign check, and where they are lax. */
public final class ApkCheck {
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int CENTRAL_HEADER_BYTES = 46;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int END_OF_CENTRAL_DIRECTORY = 0x06054b50;
  private static final int END_BYTES = 22;

  private ApkCheck() {}

  /** What is wrong with it; nothing, if the list is empty. */
  public static List<String> defects(Path apk)
      throws IOException, ApkFormatException, NoSuchAlgorithmException {
    List<String> defects = new ArrayList<>();
    ApkVerifier.Result result = new ApkVerifier.Builder(apk.toFile()).build().verify();
    result.getErrors().forEach(error -> defects.add(error.toString()));
    if (!result.isVerified()) {
      defects.add("its signatures don't verify");
    }
    if (!result.isVerifiedUsingV2Scheme() || !result.isVerifiedUsingV3Scheme()) {
      defects.add("it is not signed by both schemes 2 and 3");
    }
    boolean resources = false;
    for (Entry entry : entries(apk)) {
      if (entry.name.equals(ApkWriter.RESOURCES)) {
        resources = true;
        if (!entry.isStored()) {
          defects.add("its " + entry.name + " is compressed, which Android 11 refuses");
        }
      }
      if (entry.isStored() && entry.dataOffset % 4 != 0) {
        defects.add("its " + entry.name + " is at " + entry.dataOffset + ", no multiple of 4");
      }
    }
    if (!resources) {
      defects.add("it has no " + ApkWriter.RESOURCES);
    }
    return defects;
  }

  /** An entry, as the central directory tells of it (APPNOTE.TXT §4.3.12). */
  private record Entry(String name, int method, long dataOffset) {
    boolean isStored() {
      return method == 0;
    }
  }

  private static List<Entry> entries(Path apk) throws IOException {
    try (FileChannel file = FileChannel.open(apk)) {
      ByteBuffer all = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      all.order(ByteOrder.LITTLE_ENDIAN);
      int end = all.limit() - END_BYTES; // our APKs have no comment
      if (end < 0 || all.getInt(end) != END_OF_CENTRAL_DIRECTORY) {
        throw new IOException(apk + " is no ZIP archive");
      }
      List<Entry> entries = new ArrayList<>();
      int at = all.getInt(end + 16);
      while (all.getInt(at) == CENTRAL_HEADER) {
        byte[] name = new byte[all.getShort(at + 28)];
        all.get(at + CENTRAL_HEADER_BYTES, name);
        int local = all.getInt(at + 42);
        int data = local + LOCAL_HEADER_BYTES + all.getShort(local + 26) + all.getShort(local + 28);
        entries.add(
            new Entry(
                new String(name, java.nio.charset.StandardCharsets.UTF_8),
                all.getShort(at + 10),
                data));
        at += CENTRAL_HEADER_BYTES + name.length + all.getShort(at + 30) + all.getShort(at + 32);
      }
      return entries;
    }
  }
}
