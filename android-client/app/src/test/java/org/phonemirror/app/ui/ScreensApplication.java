package org.phonemirror.app.ui;

import android.app.Application;
import org.phonemirror.app.model.MirrorControl;
import org.robolectric.RuntimeEnvironment;

/** The app without its engine. */
public final class ScreensApplication extends Application implements MirrorControl.Holder {
  private final FakeControl control = new FakeControl();

  /** The control of the test that runs. */
  static FakeControl fake() {
    return ((ScreensApplication) RuntimeEnvironment.getApplication()).control;
  }

  @Override
  public MirrorControl control() {
    return control;
  }
}
