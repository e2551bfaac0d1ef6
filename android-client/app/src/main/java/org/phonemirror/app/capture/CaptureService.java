package org.phonemirror.app.capture;

import android.accessibilityservice.AccessibilityService;
import android.content.Intent;
import android.graphics.Rect;
import android.os.SystemClock;
import android.util.DisplayMetrics;
import android.view.KeyEvent;
import android.view.WindowManager;
import android.view.accessibility.AccessibilityEvent;
import android.view.accessibility.AccessibilityNodeInfo;
import java.util.Optional;
import org.phonemirror.app.PhoneMirrorApplication;
import org.phonemirror.app.ui.FreezeOverlay;
import org.phonemirror.sync.Limits;

/**
 * Sees the owner's input where the app is no system app, as far as apps tell of it; where it is
 * one, tells when a field for passwords has the focus.
 *
 * <p>It sees less than there is: of a touch what was clicked, not where and how long; no gestures,
 * drawing, games; text, but not the keys and the moment of each; nothing of apps that tell nothing.
 */
public final class CaptureService extends AccessibilityService {
  private Optional<FreezeOverlay> overlay = Optional.empty();
  private CaptureHub hub;
  private Translator translator;

  @Override
  public void onCreate() {
    super.onCreate();
    hub = PhoneMirrorApplication.of(this).parts().hub();
    translator = new Translator(hub.accessibility());
  }

  @Override
  protected void onServiceConnected() {
    hub.serviceRuns(true);
    overlay =
        Optional.of(
            new FreezeOverlay(
                this,
                PhoneMirrorApplication.of(this).control(),
                WindowManager.LayoutParams.TYPE_ACCESSIBILITY_OVERLAY));
  }

  @Override
  public boolean onUnbind(Intent intent) {
    end();
    return false;
  }

  @Override
  public void onDestroy() {
    end();
    super.onDestroy();
  }

  private void end() {
    hub.serviceRuns(false);
    overlay.ifPresent(FreezeOverlay::close);
    overlay = Optional.empty();
  }

  @Override
  public void onInterrupt() {
    // says nothing to the owner that could be interrupted
  }

  @Override
  public void onAccessibilityEvent(AccessibilityEvent event) {
    if (getPackageName().contentEquals(event.getPackageName() == null ? "" : event.getPackageName())
        && event.getEventType() != AccessibilityEvent.TYPE_VIEW_FOCUSED) {
      return; // the app's own screens are no part of the mirror
    }
    switch (event.getEventType()) {
      case AccessibilityEvent.TYPE_VIEW_FOCUSED -> hub.passwordFocused(event.isPassword());
      case AccessibilityEvent.TYPE_WINDOW_STATE_CHANGED -> hub.passwordFocused(focusIsPassword());
      case AccessibilityEvent.TYPE_VIEW_CLICKED -> clicked(event);
      case AccessibilityEvent.TYPE_VIEW_TEXT_CHANGED -> typed(event);
      case AccessibilityEvent.TYPE_VIEW_SCROLLED, AccessibilityEvent.TYPE_VIEW_LONG_CLICKED ->
          translator.other();
      default -> {
        // tells of nothing that the owner did
      }
    }
  }

  private boolean focusIsPassword() {
    AccessibilityNodeInfo focus = findFocus(AccessibilityNodeInfo.FOCUS_INPUT);
    return focus != null && focus.isPassword();
  }

  private void clicked(AccessibilityEvent event) {
    AccessibilityNodeInfo node = event.getSource();
    if (node == null) {
      translator.other();
      return;
    }
    if (event.isPassword() && !hub.passwords()) {
      hub.withheld(1); // a key of a keyboard that hides what it shows
      return;
    }
    Rect bounds = new Rect();
    node.getBoundsInScreen(bounds);
    DisplayMetrics screen = getResources().getDisplayMetrics();
    translator.clicked(
        micros(event.getEventTime()),
        bounds.exactCenterX() / Math.max(1.0, screen.widthPixels),
        bounds.exactCenterY() / Math.max(1.0, screen.heightPixels));
  }

  private void typed(AccessibilityEvent event) {
    int added = Math.max(0, event.getAddedCount());
    int removed = Math.max(0, event.getRemovedCount());
    if (event.isPassword() && !hub.passwords()) {
      hub.withheld(Math.max(1, added + removed));
      return;
    }
    CharSequence text = event.getText().isEmpty() ? "" : event.getText().get(0);
    translator.typed(micros(event.getEventTime()), text, event.getFromIndex(), removed, added);
  }

  @Override
  protected boolean onKeyEvent(KeyEvent event) {
    int code = event.getScanCode();
    boolean text = event.isPrintingKey() || event.getKeyCode() == KeyEvent.KEYCODE_DEL;
    // text comes as a change of its field
    if (!text && code > 0 && code <= Limits.MAX_EVENT_CODE && event.getRepeatCount() == 0) {
      translator.key(micros(event.getEventTime()), code, event.getAction() == KeyEvent.ACTION_DOWN);
    }
    return false;
  }

  /** Of a time since the phone was switched on, without its sleep. */
  private static long micros(long uptimeMillis) {
    long ago = Math.max(0, SystemClock.uptimeMillis() - uptimeMillis);
    return (System.currentTimeMillis() - ago) * 1000;
  }
}
