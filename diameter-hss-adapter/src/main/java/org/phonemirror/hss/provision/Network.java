package org.phonemirror.hss.provision;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.hss.sh.RefusedException;

/** Waits for answers of the network; their failures become texts for people. */
final class Network {
  /** Answers have their own time limit; an update has up to three requests. */
  private static final long SECONDS_BEYOND = 60;

  private Network() {}

  static <T> T answer(CompletionStage<T> stage) throws Failure, InterruptedException {
    try {
      return stage.toCompletableFuture().get(SECONDS_BEYOND, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause.getCause() instanceof RefusedException refused) {
        throw Remedies.of(refused.result(), refused.getMessage(), cause);
      }
      throw new Failure(Failure.Kind.LATER, String.valueOf(cause.getMessage()), cause);
    } catch (TimeoutException e) {
      throw new Failure(Failure.Kind.LATER, "no answer within " + SECONDS_BEYOND + " s", e);
    }
  }
}
