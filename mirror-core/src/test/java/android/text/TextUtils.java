package android.text;

/** Stands in for Android's, where its MMS codec runs as an oracle. */
public final class TextUtils {
  private TextUtils() {}

  /** Whether there is nothing in it. */
  public static boolean isEmpty(CharSequence text) {
    return text == null || text.length() == 0;
  }
}
