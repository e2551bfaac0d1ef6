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
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** Asks the mirror plane for the operator's pages. */
final class StatusQuery {
  /** Parameter of a request for one subscriber's mirror. */
  static final String SUBSCRIBER = "subscriber";

  private static final int SECONDS = 12;

  private StatusQuery() {}

  /**
   * How mirrors are: all, or that of whom the request names. Empty if it can't be told, which has
   * been answered then.
   */
  static Optional<Found> ask(
      ServletContext context, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<String> whose = Optional.ofNullable(request.getParameter(SUBSCRIBER));
    if (whose.isPresent() && !SubscriberSearch.isOne(whose.get())) {
      response.sendError(
          HttpServletResponse.SC_BAD_REQUEST,
          SUBSCRIBER + " must be a SIP or tel URI, or the digits of an MSISDN or IMSI");
      return Optional.empty();
    }
    return ask(
        context,
        response,
        plane -> plane.reports(whose).thenApply(mirrors -> new Found(mirrors, plane)));
  }

  /** What of mirrors is asked for, and who tells. */
  record Found(List<MirrorReport> mirrors, MirrorPlane plane) {}

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
