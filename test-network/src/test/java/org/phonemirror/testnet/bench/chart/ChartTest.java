package org.phonemirror.testnet.bench.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartTest {
  @TempDir private Path directory;

  @Test
  void aLogarithmicAxisHasPowersOfTen() {
    Axis axis = Axis.logarithmic("x", 0.1, 20);
    assertThat(axis.ticks()).extracting(Axis.Tick::text).containsExactly("0.1", "1", "10");
    assertThat(Axis.logarithmic("x", 1, 100).place(10)).isCloseTo(0.5, within(1e-9));
    assertThat(axis.place(0.001)).isZero();
    assertThat(axis.place(1000)).isEqualTo(1);
  }

  @Test
  void aLinearAxisHasRoundSteps() {
    assertThat(Axis.linear("y", 0, 0.16).ticks())
        .extracting(Axis.Tick::text)
        .containsExactly("0", "0.05", "0.1", "0.15");
    assertThat(Axis.linear("y", 0, 220).ticks())
        .extracting(Axis.Tick::text)
        .containsExactly("0", "50", "100", "150", "200");
  }

  @Test
  void anAxisThatLeadsNowhereIsRefused() {
    assertThatThrownBy(() -> Axis.linear("speed", 1, 1)).hasMessageContaining("speed");
    assertThatThrownBy(() -> Axis.logarithmic("time", 0, 1)).hasMessageContaining("time");
    assertThatThrownBy(() -> Series.of("a", Color.RED, Series.Kind.LINE, 1, 2, 3))
        .hasMessageContaining("no y");
  }

  @Test
  void barsAndLinesAreInTheirColours() throws Exception {
    Path file = directory.resolve("chart.png");
    new Chart("t", Axis.names("", List.of("a", "b")), Axis.linear("y", 0, 10))
        .add(Series.of("bars", Color.RED, Series.Kind.BARS, 0, 5, 1, 10))
        .add(Series.of("line", Color.BLUE, Series.Kind.DASHES, 0, 2, 1, 3))
        .add(Series.of("dots", Color.GREEN, Series.Kind.DOTS, 0, 8))
        .write(file);
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(count(image, Color.RED)).isGreaterThan(10_000);
    assertThat(count(image, Color.BLUE)).isGreaterThan(50);
    assertThat(count(image, Color.GREEN)).isGreaterThan(20);
  }

  private static int count(BufferedImage image, Color colour) {
    int count = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        count += image.getRGB(x, y) == colour.getRGB() ? 1 : 0;
      }
    }
    return count;
  }
}
