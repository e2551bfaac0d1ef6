package org.phonemirror.sip;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/**
 * Tells monitors how the server is: 200 and "ok" or "degraded", or 503 and "failed". The first line
 * is the worst of the others, each of which tells how a part is.
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
    SipApp.Parts application = SipApp.parts(getServletContext());
    List<MirrorPlane.Part> parts = new ArrayList<>(mirrors(application.presence()));
    parts.add(new MirrorPlane.Part("s-cscf", MirrorPlane.State.OK, application.cscfs().heard()));
    MirrorPlane.State worst =
        parts.stream().map(MirrorPlane.Part::state).max(MirrorPlane.State::compareTo).orElseThrow();
    response.setStatus(
        worst == MirrorPlane.State.FAILED
            ? HttpServletResponse.SC_SERVICE_UNAVAILABLE
            : HttpServletResponse.SC_OK);
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    PrintWriter out = response.getWriter();
    out.println(word(worst) + " " + build.getProperty("version"));
    for (MirrorPlane.Part part : parts) {
      out.println(part.name() + " " + word(part.state()) + " " + part.detail());
    }
  }

  private static List<MirrorPlane.Part> mirrors(PresenceRelay presence) {
    return presence
        .plane()
        .map(MirrorPlane::parts)
        .orElseGet(
            () ->
                List.of(
                    new MirrorPlane.Part("mirrors", MirrorPlane.State.FAILED, presence.outage())));
  }

  private static String word(MirrorPlane.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
