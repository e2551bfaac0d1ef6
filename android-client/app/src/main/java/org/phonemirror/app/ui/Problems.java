package org.phonemirror.app.ui;

import android.content.Context;
import java.util.concurrent.CompletionException;
import org.phonemirror.app.R;
import org.phonemirror.app.model.MirrorException;
import org.phonemirror.app.model.Problem;

/** Why something is not done, as the phone's owner reads it. */
final class Problems {
  private Problems() {}

  /** What to tell of a failure; what has no text in this language is told as it is. */
  static String text(Context context, Throwable failure) {
    boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
    Throwable cause = wrapped ? failure.getCause() : failure;
    if (cause instanceof MirrorException known) {
      return context.getString(text(known.problem()));
    }
    String text = cause.getMessage();
    return text == null || text.isEmpty()
        ? context.getString(R.string.failed_without_reason)
        : text;
  }

  private static int text(Problem problem) {
    return switch (problem) {
      case PAUSED -> R.string.problem_paused;
      case SERVICE_OFF -> R.string.problem_service_off;
      case NOT_PROVISIONED -> R.string.problem_not_provisioned;
      case BAD_INVITATION -> R.string.problem_bad_invitation;
      case NOT_STORED -> R.string.problem_not_stored;
      case UNKNOWN_FINDING -> R.string.problem_unknown_finding;
      case NO_WEB_ADDRESS -> R.string.problem_no_web_address;
      case NOT_SHARED -> R.string.problem_not_shared;
      case NOT_GIVEN -> R.string.problem_not_given;
      case NO_UPLOADS -> R.string.share_forbidden;
      case NO_RECIPIENT -> R.string.share_no_recipient;
      case NOT_A_RECIPIENT -> R.string.share_not_recipient;
      case NOT_IN_STORAGE -> R.string.problem_not_in_storage;
      case NOT_A_FILE -> R.string.problem_not_a_file;
      case BEING_WRITTEN -> R.string.problem_being_written;
      case SEVERAL_FILES -> R.string.problem_several_files;
      case UNKNOWN_ORDER -> R.string.problem_unknown_order;
      case TOO_MANY_ORDERS -> R.string.problem_too_many_orders;
      case NOT_AN_ORDER -> R.string.problem_not_an_order;
      case OTHER -> R.string.failed_without_reason;
    };
  }
}
