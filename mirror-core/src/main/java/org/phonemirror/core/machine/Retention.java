package org.phonemirror.core.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Which checkpoints of a mirror stay. The newest two: the second is for when the newest turns out
 * to be damaged. The oldest, its <i>base</i>: with the messages since then, a mirror can be built
 * again whatever happened to later ones. And the second oldest, which is the next base as soon as
 * it is old enough itself. So at most four are kept, whatever the distance.
 */
public final class Retention {
  private static final int NEWEST = 2;

  private Retention() {}

  /**
   * Chooses from all.
   *
   * @param checkpoints oldest first
   * @param from the base may not be after this position, as long as there is an older one
   */
  public static <T> List<T> kept(List<T> checkpoints, ToLongFunction<T> position, long from) {
    int newest = Math.max(0, checkpoints.size() - NEWEST);
    int base = 0;
    while (base < newest && position.applyAsLong(checkpoints.get(base + 1)) <= from) {
      base++;
    }
    List<T> kept = new ArrayList<>();
    for (int i = base; i < checkpoints.size(); i++) {
      if (i <= base + 1 || i >= newest) {
        kept.add(checkpoints.get(i));
      }
    }
    return kept;
  }
}
