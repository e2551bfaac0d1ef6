package org.phonemirror.app.ui;

import android.content.ContentResolver;
import android.content.Intent;
import android.database.Cursor;
import android.net.Uri;
import android.os.Parcelable;
import android.provider.OpenableColumns;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.app.model.Sending;

/** The files of an {@code ACTION_SEND} or {@code ACTION_SEND_MULTIPLE}. */
final class SharedFiles {
  private SharedFiles() {}

  /**
   * Their addresses. Only what a provider gives is taken: another scheme could name what this app
   * may read and the one that shares may not.
   */
  static List<Uri> of(Intent intent) {
    List<Parcelable> streams = new ArrayList<>();
    if (Intent.ACTION_SEND_MULTIPLE.equals(intent.getAction())) {
      streams.addAll(many(intent));
    } else if (Intent.ACTION_SEND.equals(intent.getAction())) {
      streams.add(one(intent));
    }
    List<Uri> files = new ArrayList<>();
    for (Parcelable stream : streams) {
      if (stream instanceof Uri uri && ContentResolver.SCHEME_CONTENT.equals(uri.getScheme())) {
        files.add(uri);
      }
    }
    return files;
  }

  @SuppressWarnings("deprecation") // what takes its place came with API level 33
  private static Parcelable one(Intent intent) {
    return intent.getParcelableExtra(Intent.EXTRA_STREAM);
  }

  @SuppressWarnings("deprecation")
  private static List<Parcelable> many(Intent intent) {
    List<Parcelable> streams = intent.getParcelableArrayListExtra(Intent.EXTRA_STREAM);
    return streams == null ? List.of() : streams;
  }

  /** With its name, which its provider tells; may take long. Empty if the provider does not. */
  static Sending.Source named(ContentResolver resolver, Uri file) {
    String name = "";
    try (Cursor cursor =
        resolver.query(file, new String[] {OpenableColumns.DISPLAY_NAME}, null, null, null)) {
      if (cursor != null && cursor.moveToFirst() && !cursor.isNull(0)) {
        name = cursor.getString(0);
      }
    } catch (RuntimeException e) {
      // another app's provider may throw anything; the file may be readable nevertheless
      name = "";
    }
    return new Sending.Source(file.toString(), name);
  }
}
