package org.phonemirror.app.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.robolectric.Shadows.shadowOf;

import android.content.Intent;
import android.content.pm.ResolveInfo;
import android.net.Uri;
import android.os.Looper;
import android.view.ViewGroup;
import android.view.inputmethod.EditorInfo;
import android.widget.EditText;
import android.widget.TextView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.Before;
import org.junit.Test;
import org.phonemirror.app.R;
import org.phonemirror.app.model.Account;
import org.phonemirror.app.model.Sending;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Settings.Service;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;

public class ShareActivityTest extends ScreenTest {
  private static final long PATIENCE_MILLIS = 20_000;

  @Before
  public void provideFiles() {
    SharedFilesProvider.register();
  }

  @Test
  public void isOfferedForFilesOfEveryKind() {
    for (String action : new String[] {Intent.ACTION_SEND, Intent.ACTION_SEND_MULTIPLE}) {
      List<ResolveInfo> targets =
          RuntimeEnvironment.getApplication()
              .getPackageManager()
              .queryIntentActivities(new Intent(action).setType("video/mp4"), 0);
      assertThat(targets)
          .anySatisfy(
              target ->
                  assertThat(target.activityInfo.name).isEqualTo(ShareActivity.class.getName()));
    }
  }

  @Test
  public void sendsToAllThatWereNamed() throws Exception {
    ShareActivity screen = open(ShareActivity.class, one()).get();
    assertThat(text(screen, R.id.subject)).isEqualTo("Holiday");
    await(screen, "holiday.mp4");
    add(screen, "anna@mail.example");
    add(screen, "+1 (555) 0002");
    add(screen, "https://files.example/in");
    add(screen, "anna@mail.example");
    touch(screen, R.id.send);
    assertThat(control.sendings)
        .containsExactly(
            new Sending(
                List.of(new Sending.Source(SharedFilesProvider.uri(1).toString(), "holiday.mp4")),
                "Holiday",
                "",
                List.of("mailto:anna@mail.example", "mms:+15550002", "https://files.example/in")));
    assertThat(screen.isFinishing()).isTrue();
  }

  @Test
  public void sendsSeveralFiles() throws Exception {
    Intent intent =
        new Intent(Intent.ACTION_SEND_MULTIPLE)
            .setType("*/*")
            .putExtra(Intent.EXTRA_EMAIL, new String[] {"anna@mail.example", "nobody"})
            .putParcelableArrayListExtra(
                Intent.EXTRA_STREAM,
                new ArrayList<>(
                    List.of(
                        SharedFilesProvider.uri(1),
                        SharedFilesProvider.uri(2),
                        Uri.parse("file:///data/data/org.phonemirror.app/files/settings"))));
    ShareActivity screen = open(ShareActivity.class, mine(intent)).get();
    await(screen, "holiday.mp4", "minutes.pdf");
    touch(screen, R.id.send);
    assertThat(control.sendings.get(0).files()).hasSize(2);
    assertThat(control.sendings.get(0).recipients()).containsExactly("mailto:anna@mail.example");
  }

  @Test
  public void whatIsStillBeingTypedCounts() {
    ShareActivity screen = open(ShareActivity.class, one()).get();
    EditText recipient = screen.findViewById(R.id.recipient);
    recipient.setText("nobody");
    touch(screen, R.id.send);
    assertThat(recipient.getError().toString()).startsWith("This is no mail address");
    recipient.setText("anna@mail.example");
    touch(screen, R.id.send);
    assertThat(control.sendings.get(0).recipients()).containsExactly("mailto:anna@mail.example");
  }

  @Test
  public void aRecipientIsNeededAndCanBeRemoved() {
    ShareActivity screen = open(ShareActivity.class, one()).get();
    add(screen, "anna@mail.example");
    ViewGroup recipients = screen.findViewById(R.id.recipients);
    touch(recipients.getChildAt(0).findViewById(R.id.remove));
    assertThat(recipients.getChildCount()).isZero();
    touch(screen, R.id.send);
    assertThat(screen.<EditText>findViewById(R.id.recipient).getError().toString())
        .isEqualTo("Add a recipient first.");
    assertThat(control.sendings).isEmpty();
  }

  @Test
  public void theDraftSurvivesTheProcess() throws Exception {
    ActivityController<ShareActivity> before = open(ShareActivity.class, one());
    add(before.get(), "anna@mail.example");
    before.get().<EditText>findViewById(R.id.subject).setText("Lake");
    before.get().<EditText>findViewById(R.id.recipient).setText("+155");
    ShareActivity after = die(before, ShareActivity.class).get();
    await(after, "holiday.mp4");
    assertThat(text(after, R.id.subject)).isEqualTo("Lake");
    assertThat(text(after, R.id.recipient)).isEqualTo("+155");
    touch(after, R.id.send);
    assertThat(control.sendings.get(0).recipients())
        .containsExactly("mailto:anna@mail.example", "mms:+155");
    assertThat(control.sendings.get(0).subject()).isEqualTo("Lake");
  }

  @Test
  public void aTurnOfThePhoneDoesNotSendTwice() {
    control.answer = new CompletableFuture<>();
    ActivityController<ShareActivity> controller = open(ShareActivity.class, one());
    add(controller.get(), "anna@mail.example");
    touch(controller.get(), R.id.send);
    controller.recreate();
    idle();
    assertThat(controller.get().findViewById(R.id.send).isEnabled()).isFalse();
    assertThat(text(controller.get(), R.id.send)).startsWith("Leaving it to your mirror");
    control.answer.complete(null);
    idle();
    assertThat(controller.get().isFinishing()).isTrue();
    assertThat(control.sendings).hasSize(1);
  }

  @Test
  public void saysWhyNothingCanBeSent() {
    ShareActivity empty =
        open(ShareActivity.class, mine(new Intent(Intent.ACTION_SEND).setType("text/plain"))).get();
    assertThat(text(empty, R.id.problem)).startsWith("What was shared has no file");
    ShareActivity screen = open(ShareActivity.class, one()).get();
    control.become(
        Samples.with(Samples.usual(), Settings.USUAL.withService(Service.UPLOAD, false)));
    assertThat(text(screen, R.id.problem)).contains("switched off");
    control.become(
        Samples.with(
            Samples.usual(), new Account("coaps://a:1", "b", Duration.ofMinutes(1), false, 0)));
    assertThat(text(screen, R.id.problem)).isEqualTo("Your operator does not send files for you.");
    control.become(Samples.fresh());
    assertThat(text(screen, R.id.problem)).startsWith("This phone has no mirror yet");
    assertThat(screen.findViewById(R.id.send).isEnabled()).isFalse();
  }

  @Test
  public void recipientsAreReadAsPeopleWriteThem() {
    assertThat(Recipients.parse("a@b.example")).contains("mailto:a@b.example");
    assertThat(Recipients.parse("MAILTO:a@b.example")).contains("mailto:a@b.example");
    assertThat(Recipients.parse("tel:+49 30 123")).contains("mms:+4930123");
    assertThat(Recipients.parse("0049-30/123")).contains("mms:004930123");
    assertThat(Recipients.parse("http://files.example")).contains("http://files.example");
    for (String none : List.of("", "anna", "12", "a@b@c", "ftp://a/b", "a b@c", "https://")) {
      assertThat(Recipients.parse(none)).describedAs(none).isEmpty();
    }
  }

  private static Intent one() {
    return mine(
        new Intent(Intent.ACTION_SEND)
            .setType("video/mp4")
            .putExtra(Intent.EXTRA_SUBJECT, "Holiday")
            .putExtra(Intent.EXTRA_STREAM, SharedFilesProvider.uri(1)));
  }

  private static Intent mine(Intent intent) {
    return intent.setClass(RuntimeEnvironment.getApplication(), ShareActivity.class);
  }

  private static void add(ShareActivity screen, String recipient) {
    EditText field = screen.findViewById(R.id.recipient);
    field.setText(recipient);
    field.onEditorAction(EditorInfo.IME_ACTION_DONE);
    idle();
  }

  /** The names of files come from another thread. */
  private static void await(ShareActivity screen, String... names) throws InterruptedException {
    ViewGroup files = screen.findViewById(R.id.files);
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    List<String> shown = new ArrayList<>();
    while (!shown.equals(List.of(names)) && System.nanoTime() < end) {
      shadowOf(Looper.getMainLooper()).idle();
      shown.clear();
      for (int i = 0; i < files.getChildCount(); i++) {
        shown.add(((TextView) files.getChildAt(i)).getText().toString());
      }
      Thread.sleep(5);
    }
    assertThat(shown).containsExactly(names);
  }
}
