package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;

import android.service.quicksettings.Tile;
import org.junit.Test;
import org.robolectric.Robolectric;

public class PauseTileTest extends ScreenTest {
  @Test
  public void pausesAndShowsIt() {
    PauseTile tile = Robolectric.setupService(PauseTile.class);
    tile.onStartListening();
    assertThat(tile.getQsTile().getState()).isEqualTo(Tile.STATE_ACTIVE);
    tile.onClick();
    assertThat(control.calls).containsExactly("pause true");
    assertThat(tile.getQsTile().getState()).isEqualTo(Tile.STATE_INACTIVE);
    assertThat(tile.getQsTile().getLabel().toString()).isEqualTo("Mirroring is paused");
    tile.onStopListening();
    assertThat(control.observers()).isZero();
  }
}
