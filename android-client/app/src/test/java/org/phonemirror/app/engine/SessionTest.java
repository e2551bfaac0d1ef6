package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.app.engine.AppRule.await;
import static org.phonemirror.app.engine.AppRule.done;

import java.time.Duration;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.Capture;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Status;
import org.phonemirror.app.model.Status.Phase;
import org.phonemirror.app.phone.Phone.Network;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.SyncMessage;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

/** Sessions of the whole app, from the invitation to the server. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class SessionTest {
  @Rule public final AppRule app = new AppRule();

  private void provision() throws Exception {
    done(app.control().provision(AppRule.INVITATION));
    await(() -> app.server().taken(Boot.class).size() == 1);
  }

  private static List<String> kinds(List<SyncMessage> messages) {
    return messages.stream().map(m -> m.getClass().getSimpleName()).toList();
  }

  @Test
  public void anInvitationBeginsASessionAndItsEndIsTold() throws Exception {
    assertThat(app.status().phase()).isEqualTo(Phase.NOT_PROVISIONED);
    provision();
    await(() -> app.status().phase() == Phase.ON);
    assertThat(app.control().state().account().orElseThrow().identity()).isEqualTo("alice");
    assertThat(app.app().phone.foreground).isTrue();
    await(() -> app.app().phone.alarm.get().filter(d -> d.toMillis() > 30_000).isPresent());
    app.app().parts().hub().serviceRuns(true);
    app.press(30);
    assertThat(app.control().state().capture())
        .isEqualTo(new Capture(Capture.Means.ACCESSIBILITY, 1, 0));

    done(app.app().parts().runner().shutDown());
    assertThat(kinds(app.server().taken())).containsExactly("Boot", "Batch", "Shutdown");
    assertThat(app.server().pressed()).containsExactly(30);
    assertThat(app.app().phone.alarm.get()).isEmpty();
  }

  @Test
  public void aPauseIsAPhoneThatIsOff() throws Exception {
    provision();
    app.press(30);
    var paused = app.control().pause(true);
    app.press(31); // comes too late, whatever is still to be done
    done(paused);
    await(() -> app.server().taken(Shutdown.class).size() == 1);
    assertThat(app.status().phase()).isEqualTo(Phase.PAUSED);
    assertThat(app.app().phone.foreground).isFalse();
    assertThat(app.server().pressed()).containsExactly(30);
    assertThatThrownBy(() -> done(app.control().scan(false))).hasMessageContaining("paused");

    app.restart();
    assertThat(app.status().phase()).isEqualTo(Phase.NOT_PROVISIONED); // not read yet
    await(() -> app.status().phase() == Phase.PAUSED);
    done(app.control().pause(false));
    app.press(32);
    done(app.app().parts().runner().shutDown());
    assertThat(kinds(app.server().taken()))
        .containsExactly("Boot", "Batch", "Shutdown", "Boot", "Batch", "Shutdown");
    assertThat(app.server().pressed()).containsExactly(30, 32);
  }

  @Test
  public void aSessionGoesOnAfterTheProcessHasDied() throws Exception {
    provision();
    long boot = app.server().taken(Boot.class).get(0).bootId();
    long start = app.server().taken(Boot.class).get(0).timeMicros();
    app.restart();
    await(() -> app.app().phone.foreground && app.control().state().account().isPresent());
    app.press(30);
    done(app.app().parts().runner().shutDown());
    assertThat(kinds(app.server().taken())).startsWith("Boot", "Batch").endsWith("Shutdown");
    assertThat(app.server().taken(Boot.class)).hasSize(1);
    List<Batch> batches = app.server().taken(Batch.class);
    assertThat(batches.get(0).bootId()).isEqualTo(boot);
    assertThat(batches.get(0).startMicros()).isEqualTo(start);
    assertThat(batches.stream().mapToLong(Batch::lost).sum()).isEqualTo(1);
    assertThat(app.server().pressed()).containsExactly(30);
  }

  @Test
  public void whatWasSpentOutlivesTheProcess() throws Exception {
    app.app().phone.network = Network.METERED;
    provision();
    await(() -> app.status().phase() == Phase.ON);
    Status before = app.status();
    assertThat(before.today().bytes()).isPositive();
    assertThat(before.today().joules()).isPositive();
    assertThat(before.lastDay()).hasSize(1);
    app.restart(); // which saves nothing: that was done with each exchange
    assertThat(app.status().today()).isEqualTo(before.today());
    assertThat(app.status().lastDay()).isEqualTo(before.lastDay());
  }

  @Test
  public void aPhoneThatWasOffBeginsAnew() throws Exception {
    provision();
    app.app().phone.boots = 2;
    app.restart();
    await(() -> app.server().taken(Boot.class).size() == 2);
    assertThat(app.server().taken(Boot.class)).extracting(Boot::bootId).doesNotHaveDuplicates();
  }

  @Test
  public void nothingIsSentOverNetworksThatTheOwnerDoesNotWant() throws Exception {
    app.app().phone.network = Network.METERED;
    done(app.control().change(Settings.USUAL.withNetworks(true, false)));
    done(app.control().provision(AppRule.INVITATION));
    await(() -> app.status().phase() == Phase.HELD_BACK);
    assertThat(app.server().taken()).isEmpty();
    assertThat(app.status().waiting()).isPositive();

    app.app().phone.network = Network.UNMETERED;
    app.app().parts().runner().networkIs(Network.UNMETERED);
    app.app().parts().runner().conditionsChanged();
    await(() -> app.status().phase() == Phase.ON);
    assertThat(app.server().taken(Boot.class)).hasSize(1);
  }

  @Test
  public void aServerThatIsAwayGetsEverythingLater() throws Exception {
    app.server().reachable(false);
    done(app.control().provision(AppRule.INVITATION));
    await(() -> app.status().phase() == Phase.UNREACHABLE);
    app.server().reachable(true);
    done(app.app().parts().runner().wake());
    assertThat(app.server().taken(Boot.class)).hasSize(1);
    await(() -> app.status().phase() == Phase.ON);
  }

  @Test
  public void onAChargerIntervalsAreShorter() throws Exception {
    app.app().phone.charging = true;
    provision();
    await(() -> app.app().phone.alarm.get().isPresent());
    assertThat(app.app().phone.alarm.get().orElseThrow()).isLessThan(Duration.ofSeconds(20));
    done(app.control().change(Settings.USUAL.withFasterOnCharger(false)));
    await(() -> app.app().phone.alarm.get().filter(d -> d.toMillis() > 30_000).isPresent());
  }
}
