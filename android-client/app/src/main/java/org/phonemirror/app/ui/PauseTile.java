package org.phonemirror.app.ui;

import android.service.quicksettings.Tile;
import android.service.quicksettings.TileService;
import java.util.Optional;
import org.phonemirror.app.R;
import org.phonemirror.app.model.AppState;
import org.phonemirror.app.model.MirrorControl;

/** The switch that pauses everything, among the quick settings: within reach in every app. */
public final class PauseTile extends TileService {
  private Optional<MirrorControl.Observation> observation = Optional.empty();

  @Override
  public void onStartListening() {
    MirrorControl control = Screen.control(this);
    observation = Optional.of(control.observe(this::show));
    show(control.state());
  }

  @Override
  public void onStopListening() {
    observation.ifPresent(MirrorControl.Observation::end);
    observation = Optional.empty();
  }

  @Override
  public void onClick() {
    MirrorControl control = Screen.control(this);
    var unused = control.pause(!control.state().settings().paused());
  }

  private void show(AppState state) {
    Tile tile = getQsTile();
    if (tile == null) {
      return; // it was taken away meanwhile
    }
    boolean paused = state.settings().paused();
    tile.setState(paused ? Tile.STATE_INACTIVE : Tile.STATE_ACTIVE);
    tile.setLabel(getString(paused ? R.string.mirroring_paused : R.string.tile_label));
    tile.updateTile();
  }
}
