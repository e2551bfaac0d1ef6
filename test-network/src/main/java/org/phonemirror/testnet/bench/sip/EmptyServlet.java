package org.phonemirror.testnet.bench.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.servlet.ServletException;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;

/**
 * An application that does nothing of its own: what the container alone can do. It sends back to
 * the S-CSCF what came with a Route to it, as our application does, and answers the rest.
 */
public final class EmptyServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    if (request.getMethod().equals("ACK")) {
      return;
    }
    if (request.getHeader("Route") == null) {
      request.createResponse(200).send();
      return;
    }
    Proxy proxy = request.getProxy();
    proxy.setRecordRoute(false);
    proxy.setSupervised(false);
    proxy.proxyTo(request.getRequestURI());
  }

  /** Writes it as an application of the name that the container's router calls. */
  static void writeWar(Path file) throws IOException {
    String name = EmptyServlet.class.getName();
    String path = name.replace('.', '/') + ".class";
    try (ZipOutputStream war = new ZipOutputStream(Files.newOutputStream(file));
        var code = EmptyServlet.class.getResourceAsStream("/" + path)) {
      war.putNextEntry(new ZipEntry("WEB-INF/sip.xml"));
      war.write(
          """
          <sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet">
            <app-name>org.phonemirror</app-name>
            <servlet-selection><main-servlet>empty</main-servlet></servlet-selection>
            <servlet>
              <servlet-name>empty</servlet-name>
              <servlet-class>%s</servlet-class>
              <load-on-startup>1</load-on-startup>
            </servlet>
          </sip-app>
          """
              .formatted(name)
              .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      war.putNextEntry(new ZipEntry("WEB-INF/classes/" + path));
      code.transferTo(war);
    }
  }
}
