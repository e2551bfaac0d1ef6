package org.phonemirror.app.ui;

import android.content.ContentProvider;
import android.content.ContentValues;
import android.database.Cursor;
import android.database.MatrixCursor;
import android.net.Uri;
import android.provider.OpenableColumns;
import org.robolectric.Robolectric;

/** Another app, with two files to share. */
public final class SharedFilesProvider extends ContentProvider {
  private static final String AUTHORITY = "org.example.files";

  static void register() {
    Robolectric.setupContentProvider(SharedFilesProvider.class, AUTHORITY);
  }

  static Uri uri(int number) {
    return Uri.parse("content://" + AUTHORITY + "/" + number);
  }

  @Override
  public boolean onCreate() {
    return true;
  }

  @Override
  public Cursor query(
      Uri uri, String[] projection, String selection, String[] arguments, String order) {
    MatrixCursor cursor = new MatrixCursor(new String[] {OpenableColumns.DISPLAY_NAME});
    cursor.addRow(new Object[] {uri.equals(uri(1)) ? "holiday.mp4" : "minutes.pdf"});
    return cursor;
  }

  @Override
  public String getType(Uri uri) {
    return "application/octet-stream";
  }

  @Override
  public Uri insert(Uri uri, ContentValues values) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int delete(Uri uri, String selection, String[] arguments) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int update(Uri uri, ContentValues values, String selection, String[] arguments) {
    throw new UnsupportedOperationException();
  }
}
