package org.phonemirror.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Properties;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * Tells monitors whether the server is well: 200 and "ok", or 503 and how the mirrors are. Lines
 * after the first tell how each part is, which does not change the status: without the HSS, say,
 * the mirrors that are there go on.
 */
public final class HealthServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final Properties build = new Properties();

  @Override
  public void init() {
    try (InputStream in = HealthServlet.class.getResourceAsStream("version.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("version.properties cannot be read", e);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    PresenceRelay presence = SipApp.parts(getServletContext()).presence();
    PresenceRelay.Status status = presence.status();
    boolean up = status == PresenceRelay.Status.UP;
    response.setStatus(up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    PrintWriter out = response.getWriter();
    out.println((up ? "ok " : "mirrors " + status + " ") + build.getProperty("version"));
    for (MirrorPlane.Part part : presence.plane().map(MirrorPlane::parts).orElse(List.of())) {
      out.println(part.name() + (part.up() ? " up " : " DOWN ") + part.detail());
    }
  }
}
