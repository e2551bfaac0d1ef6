package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.phonemirror.app.engine.AppRule.await;
import static org.phonemirror.app.engine.AppRule.done;

import android.net.Uri;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.Download;
import org.phonemirror.app.model.Finding;
import org.phonemirror.app.model.MirrorControl;
import org.phonemirror.app.model.Scan;
import org.phonemirror.app.model.Sending;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Upload;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;

/** Orders and what becomes of them, as the screens see it. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class OrdersTest {
  @Rule public final AppRule app = new AppRule();

  @Test
  public void whatTheServerTellsIsShown() throws Exception {
    done(app.control().provision(AppRule.INVITATION));
    MirrorControl control = app.control();
    try (Closing unused = watching(control)) {
      done(control.download("https://example.com/a.bin", ""));
      done(control.scan(true));
      await(() -> control.state().downloads().size() == 1);
      await(() -> control.state().scan().state() == Scan.State.ORDERED);
      long order = control.state().downloads().get(0).order();
      assertThat(control.state().downloads().get(0).state()).isEqualTo(Download.State.ORDERED);

      app.server()
          .tell(
              new Notice(
                  "file-cached",
                  List.of(
                      new Field("order", "" + order),
                      new Field("name", "a.bin"),
                      new Field("size", "5000000"),
                      new Field("sha256", "00"),
                      new Field("expires", "2030-01-01T00:00:00Z"),
                      new Field("from", "http://127.42.0.1/files/x"))),
              new Notice(
                  "scan-finding",
                  List.of(
                      new Field("path", "Download/bad"),
                      new Field("signature", "Eicar"),
                      new Field("sha256", "00"),
                      new Field("action", "report"))));
      done(app.app().parts().runner().wake()); // takes nothing along: nothing is due
      done(app.control().pause(true)); // but the session's end does
      await(() -> control.state().findings().size() == 1);
      assertThat(control.state().findings().get(0).handling()).isEqualTo(Finding.Handling.REPORTED);
      assertThat(control.state().downloads().get(0).name()).isEqualTo("a.bin");
    }
  }

  @Test
  public void aSharedFileIsCopiedAndLeftToTheMirror() throws Exception {
    done(app.control().provision(AppRule.INVITATION));
    Uri uri = Uri.parse("content://other/1");
    Shadows.shadowOf(app.app().getContentResolver())
        .registerInputStreamSupplier(
            uri, () -> new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)));
    MirrorControl control = app.control();
    try (Closing unused = watching(control)) {
      Sending sending =
          new Sending(
              List.of(new Sending.Source(uri.toString(), "a/b.txt")),
              "subject",
              "",
              List.of("mailto:bob@example.com"));
      done(control.send(sending));
      await(() -> control.state().outbox().size() == 1);
      Upload upload = control.state().outbox().get(0);
      assertThat(upload.name()).isEqualTo("a_b.txt");
      assertThat(upload.size()).isEqualTo(5);
      assertThat(upload.waits()).isTrue();
      assertThat(app.app().userStorage().resolve("Download/Phone Mirror/a_b.txt"))
          .hasContent("hello");
      done(control.cancel(upload.order()));
      await(() -> control.state().outbox().stream().noneMatch(Upload::waits));
    }
  }

  @Test
  public void whatCantBeDoneSaysWhy() throws Exception {
    assertThatThrownBy(() -> done(app.control().scan(false)))
        .hasMessageContaining("not set up yet");
    done(app.control().provision(AppRule.INVITATION));
    assertThatThrownBy(() -> done(app.control().download("file:///etc/passwd", "")))
        .hasMessageContaining("no web address");
    done(app.control().change(Settings.USUAL.withService(Settings.Service.DOWNLOAD, false)));
    assertThatThrownBy(() -> done(app.control().download("https://example.com/", "")))
        .hasMessageContaining("switched this service off");
    Sending file =
        new Sending(
            List.of(new Sending.Source("file:///data/data/secret", "x")),
            "",
            "",
            List.of("mailto:a@example.com"));
    assertThatThrownBy(() -> done(app.control().send(file)))
        .hasMessageContaining("another app shares");
    assertThatThrownBy(() -> done(app.control().provision("nonsense")))
        .hasMessageContaining("no invitation");
  }

  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  private static Closing watching(MirrorControl control) {
    MirrorControl.Observation observation = control.observe(state -> {});
    return observation::end;
  }
}
