package org.phonemirror.sip;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.phonemirror.core.mirror.RebuildStatus;
import org.phonemirror.core.subscriber.Impu;

/**
 * Has a mirror built again by POST, and tells by GET how that goes; {@code subscriber} is its IMPU.
 * An order needs the header {@link #GUARD}: no page of another site can make an operator's browser
 * send that.
 */
public final class RebuildServlet extends HttpServlet {
  static final String GUARD = "X-Phone-Mirror";
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(request, response, false);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getHeader(GUARD) == null) {
      response.sendError(
          HttpServletResponse.SC_FORBIDDEN, "an order needs the header " + GUARD + ": rebuild");
      return;
    }
    answer(request, response, true);
  }

  private void answer(HttpServletRequest request, HttpServletResponse response, boolean order)
      throws IOException {
    String subscriber = request.getParameter("subscriber");
    if (subscriber == null || subscriber.isBlank()) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "?subscriber=IMPU is missing");
      return;
    }
    Impu impu;
    try {
      impu = new Impu(subscriber);
    } catch (IllegalArgumentException e) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
      return;
    }
    Optional<RebuildStatus> status =
        StatusQuery.ask(getServletContext(), response, plane -> plane.rebuild(impu, order));
    if (status.isPresent()) {
      response.setContentType("application/json");
      response.setCharacterEncoding("UTF-8");
      response.getWriter().println(json(status.get()));
    }
  }

  static String json(RebuildStatus status) {
    ObjectNode node =
        new ObjectMapper()
            .createObjectNode()
            .put("phase", status.phase().name().toLowerCase(Locale.ROOT))
            .put("base", status.base())
            .put("position", status.position())
            .put("target", status.target())
            .put("failure", status.failure());
    status
        .comparison()
        .ifPresent(
            last ->
                node.put("identical", last.identical())
                    .put("files", last.files())
                    .put("bytes", last.bytes()));
    return node.toString();
  }
}
