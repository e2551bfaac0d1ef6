package org.phonemirror.sip;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.phonemirror.core.mirror.MirrorStatus;

/** Figures of all mirrors and of the services for Prometheus. */
public final class MetricsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<List<MirrorStatus>> mirrors = StatusQuery.ask(getServletContext(), response);
    if (mirrors.isPresent()) {
      ServiceFigures services =
          SipApp.parts(getServletContext())
              .presence()
              .plane()
              .map(MirrorPlane::services)
              .orElse(ServiceFigures.NONE);
      response.setContentType(Exposition.CONTENT_TYPE);
      response.getWriter().print(Metrics.format(mirrors.get()));
      response.getWriter().print(ServiceMetrics.format(services));
    }
  }
}
