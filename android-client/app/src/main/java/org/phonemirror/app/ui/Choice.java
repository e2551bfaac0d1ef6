package org.phonemirror.app.ui;

import android.view.View;
import android.widget.AdapterView;
import android.widget.ArrayAdapter;
import android.widget.Spinner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.phonemirror.app.R;

/** One of some values, in a spinner. A value that is in force is offered, even if it is unusual. */
final class Choice<T> implements AdapterView.OnItemSelectedListener {
  private final Spinner spinner;
  private final List<T> usual;
  private final Function<T, String> label;
  private final Consumer<T> chosen;
  private List<String> labels = List.of();
  private List<T> values = List.of();
  private T current;

  /**
   * A choice that {@link #show} fills.
   *
   * @param chosen is told when the owner chooses something else
   */
  Choice(Spinner spinner, List<T> usual, Function<T, String> label, Consumer<T> chosen) {
    this.spinner = spinner;
    this.usual = usual;
    this.label = label;
    this.chosen = chosen;
    spinner.setOnItemSelectedListener(this);
  }

  void show(T value) {
    current = value;
    List<T> offered = new ArrayList<>(usual);
    if (!offered.contains(value)) {
      offered.add(0, value);
    }
    List<String> shown = new ArrayList<>();
    offered.forEach(each -> shown.add(label.apply(each)));
    values = offered;
    if (!shown.equals(labels)) {
      labels = shown;
      ArrayAdapter<String> adapter =
          new ArrayAdapter<>(spinner.getContext(), R.layout.choice, shown);
      adapter.setDropDownViewResource(R.layout.choice_item);
      spinner.setAdapter(adapter);
    }
    int position = offered.indexOf(value);
    if (spinner.getSelectedItemPosition() != position) {
      spinner.setSelection(position);
    }
  }

  @Override
  public void onItemSelected(AdapterView<?> parent, View view, int position, long id) {
    T value = values.get(position);
    if (!value.equals(current)) {
      chosen.accept(value);
    }
  }

  @Override
  public void onNothingSelected(AdapterView<?> parent) {
    // a spinner always has a selection
  }
}
