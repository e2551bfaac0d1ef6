package org.phonemirror.app;

import android.app.Application;
import android.content.Context;
import org.phonemirror.app.model.MirrorControl;

/** The app's process: goes on with what the one before was doing. */
public class PhoneMirrorApplication extends Application implements MirrorControl.Holder {
  private Parts parts;

  /** That of a context. */
  public static PhoneMirrorApplication of(Context context) {
    return (PhoneMirrorApplication) context.getApplicationContext();
  }

  @Override
  public void onCreate() {
    super.onCreate();
    parts = new Parts(this, surroundings());
    parts.listen(this);
    var unused = parts.runner().start();
  }

  /** What the app is in; a test has another. */
  protected Parts.Surroundings surroundings() {
    return Parts.ofPhone(this);
  }

  /** What the app is made of. */
  public Parts parts() {
    return parts;
  }

  @Override
  public MirrorControl control() {
    return parts.control();
  }
}
