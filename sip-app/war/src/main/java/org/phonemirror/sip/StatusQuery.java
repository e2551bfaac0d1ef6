package org.phonemirror.sip;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.servlet.ServletContext;
import javax.servlet.http.HttpServletResponse;
import org.phonemirror.core.mirror.MirrorStatus;

/** Asks the mirror plane for the operator's pages. */
final class StatusQuery {
  private static final int SECONDS = 12;

  private StatusQuery() {}

  /** How each mirror is; empty if it can't be told, which has been answered then. */
  static Optional<List<MirrorStatus>> ask(ServletContext context, HttpServletResponse response)
      throws IOException {
    return ask(context, response, MirrorPlane::status);
  }

  /** What it answers; empty if it doesn't, which has been answered then. */
  static <T> Optional<T> ask(
      ServletContext context,
      HttpServletResponse response,
      Function<MirrorPlane, CompletionStage<T>> question)
      throws IOException {
    Optional<MirrorPlane> plane = SipApp.parts(context).presence().plane();
    if (plane.isEmpty()) {
      unavailable(response, "mirrors are not up");
      return Optional.empty();
    }
    try {
      return Optional.of(
          question.apply(plane.get()).toCompletableFuture().get(SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException e) {
      unavailable(response, "a mirror does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      unavailable(response, "server is stopping");
    }
    return Optional.empty();
  }

  private static void unavailable(HttpServletResponse response, String why) throws IOException {
    response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, why);
  }
}
