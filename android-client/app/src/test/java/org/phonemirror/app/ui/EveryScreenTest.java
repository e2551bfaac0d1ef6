package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.Activity;
import android.text.Layout;
import android.view.View;
import android.view.ViewGroup;
import android.widget.EditText;
import android.widget.ProgressBar;
import android.widget.Spinner;
import android.widget.Switch;
import android.widget.TextView;
import java.util.ArrayList;
import java.util.List;
import org.junit.Before;
import org.junit.Test;
import org.phonemirror.app.R;
import org.robolectric.RuntimeEnvironment;

/** What holds for all screens: for those who see little, have large fingers, or read leftwards. */
public class EveryScreenTest extends ScreenTest {
  private static final int TOUCH_DP = 48;

  @Before
  public void provideFiles() {
    SharedFilesProvider.register();
  }

  @Test
  public void theSwitchThatPausesIsOnEach() {
    for (Shot shot : Shot.all()) {
      Switch mirroring = show(shot).findViewById(R.id.mirroring);
      assertThat(mirroring.isShown()).describedAs(shot.name()).isTrue();
      assertThat(mirroring.isEnabled()).describedAs(shot.name()).isTrue();
    }
  }

  @Test
  public void whatIsTouchedHasANameAndRoomForAFinger() {
    assertThat(defects()).isEmpty();
  }

  @Test
  public void nothingIsCutOffWhenLettersAreTwiceAsLarge() {
    RuntimeEnvironment.setFontScale(2f);
    assertThat(defects()).isEmpty();
  }

  @Test
  public void nothingIsCutOffInGerman() {
    RuntimeEnvironment.setQualifiers("+de-rDE");
    RuntimeEnvironment.setFontScale(1.3f);
    assertThat(defects()).isEmpty();
  }

  @Test
  public void screensAreMirroredWhereOneReadsLeftwards() {
    RuntimeEnvironment.setQualifiers("+ar-rEG-ldrtl");
    for (Shot shot : Shot.all()) {
      View content = show(shot).findViewById(R.id.content);
      assertThat(content.getLayoutDirection())
          .describedAs(shot.name())
          .isEqualTo(View.LAYOUT_DIRECTION_RTL);
    }
    assertThat(defects()).isEmpty();
    View icon = show(Shot.all().get(0)).findViewById(R.id.link_icon);
    assertThat(icon.getLeft()).isGreaterThan(((View) icon.getParent()).getWidth() / 2);
  }

  private Activity show(Shot shot) {
    control.become(shot.state());
    return open(shot.screen(), shot.opening()).get();
  }

  private List<String> defects() {
    List<String> defects = new ArrayList<>();
    for (Shot shot : Shot.all()) {
      Activity screen = show(shot);
      look(screen.findViewById(android.R.id.content), shot.name(), defects);
    }
    return defects;
  }

  private static void look(View view, String screen, List<String> defects) {
    if (view.getVisibility() != View.VISIBLE) {
      return;
    }
    String name = screen + ": " + view;
    if (view.isClickable() && !(view instanceof FreezeView)) {
      float density = view.getResources().getDisplayMetrics().density;
      if (view.getWidth() < TOUCH_DP * density || view.getHeight() < TOUCH_DP * density) {
        defects.add(name + " is too small to be touched");
      }
    }
    boolean needsName =
        view.isClickable()
            || view instanceof ProgressBar
            || view instanceof EditText
            || view instanceof PlotView;
    if (needsName && !(view instanceof FreezeView) && !hasName(view)) {
      defects.add(name + " has no name that could be spoken");
    }
    if (view instanceof TextView text && isCut(text)) {
      defects.add(name + " is cut off: " + text.getText());
    }
    if (view instanceof ViewGroup group && !(view instanceof Spinner)) {
      for (int i = 0; i < group.getChildCount(); i++) {
        View child = group.getChildAt(i);
        if (child.getVisibility() == View.VISIBLE && child.getRight() > group.getWidth() + 1) {
          defects.add(screen + ": " + child + " reaches out of " + group);
        }
        look(child, screen, defects);
      }
    }
  }

  private static boolean hasName(View view) {
    if (view.getContentDescription() != null && view.getContentDescription().length() > 0) {
      return true;
    }
    if (view instanceof TextView text && (text.length() > 0 || text.getHint() != null)) {
      return true;
    }
    if (view instanceof ViewGroup group && !(view instanceof Spinner)) {
      for (int i = 0; i < group.getChildCount(); i++) {
        if (hasName(group.getChildAt(i))) {
          return true;
        }
      }
    }
    return isLabelled(view.getRootView(), view.getId());
  }

  private static boolean isLabelled(View root, int id) {
    if (id != View.NO_ID && root.getLabelFor() == id) {
      return true;
    }
    if (root instanceof ViewGroup group) {
      for (int i = 0; i < group.getChildCount(); i++) {
        if (isLabelled(group.getChildAt(i), id)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isCut(TextView text) {
    Layout layout = text.getLayout();
    if (layout == null || text.length() == 0 || text.getEllipsize() != null) {
      return false;
    }
    int room = text.getHeight() - text.getCompoundPaddingTop() - text.getCompoundPaddingBottom();
    boolean scrolls = text instanceof EditText;
    return !scrolls && layout.getHeight() > room + 1;
  }
}
