package org.phonemirror.sip;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.phonemirror.core.mirror.MirrorStatus;

/** Shows the operator how each mirror is, as a JSON array. */
public final class MirrorsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int SECONDS = 12;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<MirrorPlane> plane = SipApp.parts(getServletContext()).presence().plane();
    if (plane.isEmpty()) {
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "mirrors are not up");
      return;
    }
    try {
      List<MirrorStatus> mirrors =
          plane.get().status().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
      ObjectMapper json = new ObjectMapper();
      ArrayNode all = json.createArrayNode();
      mirrors.forEach(mirror -> describe(all.addObject(), mirror));
      response.setContentType("application/json");
      response.setCharacterEncoding("UTF-8");
      response.getWriter().println(json.writerWithDefaultPrettyPrinter().writeValueAsString(all));
    } catch (ExecutionException | TimeoutException e) {
      response.sendError(
          HttpServletResponse.SC_SERVICE_UNAVAILABLE, "a mirror does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "server is stopping");
    }
  }

  private static void describe(ObjectNode node, MirrorStatus mirror) {
    node.put("subscriber", mirror.subscriber())
        .put("phase", mirror.phase().name().toLowerCase(java.util.Locale.ROOT))
        .put("phone_model", mirror.phoneModel())
        .put("accepted", mirror.accepted())
        .put("replayed", mirror.replayed())
        .put("intervals", mirror.intervals())
        .put("diverged", mirror.diverged());
    mirror
        .last()
        .ifPresent(
            last ->
                node.putObject("last")
                    .put("identical", last.identical())
                    .put("files", last.files())
                    .put("bytes", last.bytes())
                    .put("unsettled", last.unsettled()));
    node.put("failure", mirror.failure());
  }
}
