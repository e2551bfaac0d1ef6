package org.phonemirror.app.ui;

import android.view.LayoutInflater;
import android.view.View;
import android.view.ViewGroup;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Rows of a short list, one below the other. Rows stay when the list changes, so that the focus
 * does, too.
 */
final class RowList<T> {
  private final ViewGroup parent;
  private final int layout;
  private final BiConsumer<View, T> bind;

  /**
   * An empty list.
   *
   * @param layout of a row
   * @param bind fills a row, which may have held another item before
   */
  RowList(ViewGroup parent, int layout, BiConsumer<View, T> bind) {
    this.parent = parent;
    this.layout = layout;
    this.bind = bind;
  }

  void show(List<T> items) {
    int surplus = parent.getChildCount() - items.size();
    if (surplus > 0) {
      parent.removeViews(items.size(), surplus);
    }
    LayoutInflater inflater = LayoutInflater.from(parent.getContext());
    for (int i = 0; i < items.size(); i++) {
      if (i == parent.getChildCount()) {
        parent.addView(inflater.inflate(layout, parent, false));
      }
      bind.accept(parent.getChildAt(i), items.get(i));
    }
  }
}
