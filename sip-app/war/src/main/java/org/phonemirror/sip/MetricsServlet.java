package org.phonemirror.sip;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * Figures for Prometheus: sums and distributions over all mirrors, and the services'; those of one
 * mirror where the request names its subscriber, so that series do not grow with the mirrors unless
 * one asks.
 */
public final class MetricsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<StatusQuery.Found> found = StatusQuery.ask(getServletContext(), request, response);
    if (found.isPresent()) {
      response.setContentType(Exposition.CONTENT_TYPE);
      PrintWriter out = response.getWriter();
      if (request.getParameter(StatusQuery.SUBSCRIBER) == null) {
        out.print(Metrics.format(found.get().mirrors()));
        out.print(ServiceMetrics.format(found.get().plane().services()));
        out.print(found.get().plane().scrape());
      } else {
        out.print(MirrorMetrics.format(found.get().mirrors()));
      }
    }
  }
}
