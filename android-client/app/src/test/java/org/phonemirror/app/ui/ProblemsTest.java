package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.Application;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.MirrorException;
import org.phonemirror.app.model.Problem;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(application = Application.class)
public class ProblemsTest {
  private static final String RAW = "for the log";

  private static String told(Throwable failure) {
    return Problems.text(RuntimeEnvironment.getApplication(), failure);
  }

  @Test
  public void everyProblemHasATextAndTheLogsTextIsNotIt() {
    assertThat(Stream.of(Problem.values()).map(p -> told(new MirrorException(p, RAW))))
        .doesNotHaveDuplicates()
        .allSatisfy(text -> assertThat(text).isNotBlank().doesNotContain(RAW));
  }

  @Test
  @Config(qualifiers = "de")
  public void problemsAreToldInThePhonesLanguage() {
    MirrorException paused = new MirrorException(Problem.PAUSED, RAW);
    assertThat(told(paused)).startsWith("Die Spiegelung ruht");
    assertThat(told(new CompletionException(paused))).isEqualTo(told(paused));
    assertThat(told(new IOException(""))).startsWith("Das ging nicht");
  }
}
