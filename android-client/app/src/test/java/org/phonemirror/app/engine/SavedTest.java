package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.app.engine.AppRule.await;
import static org.phonemirror.app.engine.AppRule.done;

import android.net.Uri;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.MirrorControl;
import org.phonemirror.app.model.Sending;
import org.phonemirror.app.model.Status.Spending;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Shutdown;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;

/** What the mirror does in the phone's place is booked, and stays so. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class SavedTest {
  private static final String BOB = "mailto:bob@example.com";

  @Rule public final AppRule app = new AppRule();

  @Test
  public void aFileThatTheMirrorHasSentIsSavedAlsoAfterTheProcessHasDied() throws Exception {
    done(app.control().provision(AppRule.INVITATION));
    Uri uri = Uri.parse("content://other/1");
    Shadows.shadowOf(app.app().getContentResolver())
        .registerInputStreamSupplier(uri, () -> new ByteArrayInputStream(new byte[5000]));
    MirrorControl.Observation watching = app.control().observe(state -> {});
    done(
        app.control()
            .send(
                new Sending(
                    List.of(new Sending.Source(uri.toString(), "a")), "", "", List.of(BOB))));
    await(() -> app.control().state().outbox().size() == 1);
    long order = app.control().state().outbox().get(0).order();
    assertThat(app.status().today().savedBytes()).isZero();

    app.server()
        .tell(
            new Notice(
                "upload-sent",
                List.of(new Field(Notice.ORDER, Long.toString(order)), new Field("to", BOB))));
    done(app.control().pause(true)); // the session's end is answered with it
    await(() -> app.status().today().savedBytes() == 5000);
    await(() -> app.server().taken(Shutdown.class).size() == 1 && app.status().waiting() == 0);
    watching.end();
    Spending before = app.status().today();
    assertThat(before.savedJoules()).isPositive();
    app.restart();
    assertThat(app.status().today()).isEqualTo(before);
  }
}
