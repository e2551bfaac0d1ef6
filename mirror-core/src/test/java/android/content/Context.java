package android.content;

/** Stands in for Android's, where its MMS codec runs as an oracle. */
public class Context {
  /** Has none: every part brings its data. */
  public ContentResolver getContentResolver() {
    return new ContentResolver();
  }
}
