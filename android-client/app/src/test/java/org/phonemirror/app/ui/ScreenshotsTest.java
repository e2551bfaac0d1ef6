package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import android.app.Activity;
import android.graphics.Bitmap;
import android.graphics.Canvas;
import android.view.View;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.Before;
import org.junit.Test;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.annotation.Config;

/**
 * Draws every screen, light and dark, into {@code target/screenshots}, or where {@code
 * -Dscreenshots} says. Nobody compares pixels; what is asserted is that there is a picture, and not
 * of one colour.
 */
@Config(qualifiers = "en-rUS-w360dp-h760dp-xhdpi")
public class ScreenshotsTest extends ScreenTest {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("screenshots", "target/screenshots"));

  private static final int FEW_COLOURS = 8;

  @Before
  public void provideFiles() {
    SharedFilesProvider.register();
  }

  @Test
  public void byDay() throws Exception {
    draw("light");
  }

  @Test
  public void byNight() throws Exception {
    RuntimeEnvironment.setQualifiers("+night");
    draw("dark");
  }

  private void draw(String light) throws Exception {
    Files.createDirectories(DIRECTORY);
    for (Shot shot : Shot.all()) {
      control.become(shot.state());
      Activity screen = open(shot.screen(), shot.opening()).get();
      BufferedImage picture = picture(screen.getWindow().getDecorView());
      assertThat(
              picture.getRGB(
                  0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth()))
          .describedAs(shot.name())
          .satisfies(
              pixels ->
                  assertThat(java.util.Arrays.stream(pixels).distinct().count())
                      .isGreaterThan(FEW_COLOURS));
      write(picture, DIRECTORY.resolve(shot.name() + "-" + light + ".png"));
    }
  }

  private static BufferedImage picture(View view) {
    Bitmap bitmap = Bitmap.createBitmap(view.getWidth(), view.getHeight(), Bitmap.Config.ARGB_8888);
    view.draw(new Canvas(bitmap));
    int[] pixels = new int[bitmap.getWidth() * bitmap.getHeight()];
    bitmap.getPixels(pixels, 0, bitmap.getWidth(), 0, 0, bitmap.getWidth(), bitmap.getHeight());
    BufferedImage image =
        new BufferedImage(bitmap.getWidth(), bitmap.getHeight(), BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, bitmap.getWidth(), bitmap.getHeight(), pixels, 0, bitmap.getWidth());
    return image;
  }

  /** With 256 colours, which is all that a screen without photographs needs. */
  private static void write(BufferedImage picture, Path file) throws IOException {
    ImageIO.write(Palette.reduce(picture), "png", file.toFile());
  }
}
