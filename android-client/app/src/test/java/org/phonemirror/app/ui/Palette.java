package org.phonemirror.app.ui;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes pictures small: the 256 most frequent colours stay, others become the nearest of them. */
final class Palette {
  private static final int SIZE = 256;

  private Palette() {}

  static BufferedImage reduce(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    Map<Integer, Integer> counts = new HashMap<>();
    for (int pixel : picture.getRGB(0, 0, width, height, null, 0, width)) {
      counts.merge(pixel, 1, Integer::sum);
    }
    List<Integer> kept =
        counts.entrySet().stream()
            .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
            .limit(SIZE)
            .map(Map.Entry::getKey)
            .toList();
    int[] colors = kept.stream().mapToInt(Integer::intValue).toArray();
    IndexColorModel model =
        new IndexColorModel(
            8, colors.length, colors, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
    BufferedImage reduced =
        new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
    Map<Integer, Integer> indices = new HashMap<>();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int index = indices.computeIfAbsent(picture.getRGB(x, y), color -> nearest(kept, color));
        reduced.getRaster().setSample(x, y, 0, index);
      }
    }
    return reduced;
  }

  private static int nearest(List<Integer> kept, int color) {
    int exact = kept.indexOf(color);
    return exact >= 0
        ? exact
        : java.util.stream.IntStream.range(0, kept.size())
            .boxed()
            .min(Comparator.comparingInt(i -> distance(kept.get(i), color)))
            .orElseThrow();
  }

  private static int distance(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      int difference = ((one >> shift) & 0xff) - ((other >> shift) & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}
