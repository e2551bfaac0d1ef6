package org.phonemirror.container;

import java.io.IOException;
import java.io.InputStream;
import org.apache.catalina.core.StandardWrapper;
import org.apache.catalina.startup.ContextConfig;
import org.apache.log4j.Logger;
import org.apache.tomcat.util.digester.Digester;
import org.mobicents.servlet.sip.catalina.CatalinaSipContext;
import org.mobicents.servlet.sip.catalina.SipEntityResolver;
import org.mobicents.servlet.sip.catalina.SipRuleSet;
import org.mobicents.servlet.sip.catalina.SipServletImpl;
import org.mobicents.servlet.sip.core.SipContext;
import org.xml.sax.SAXException;

/**
 * Configures a SIP application from its {@code WEB-INF/sip.xml} alone (JSR 289, chapter 19). The
 * container's own {@code SipContextConfig} also loads every class of every library to look for SIP
 * annotations, which takes most of the time of a start; an application whose descriptor is complete
 * has none. The same application starts with either.
 */
public final class DescriptorConfig extends ContextConfig {
  private static final Logger LOG = Logger.getLogger(DescriptorConfig.class);
  private static final String DESCRIPTOR = "/" + SipContext.APPLICATION_SIP_XML;

  @Override
  protected synchronized void configureStart() {
    super.configureStart(); // web.xml
    if (!(context instanceof CatalinaSipContext sip) || !ok) {
      return;
    }
    context.setWrapperClass(SipServletImpl.class.getName());
    try (InputStream in = context.getServletContext().getResourceAsStream(DESCRIPTOR)) {
      if (in == null) {
        throw new IOException("it is missing");
      }
      Digester digester = new Digester();
      digester.setNamespaceAware(true); // else the names in sip.xml are not found
      digester.setEntityResolver(new SipEntityResolver());
      digester.addRuleSet(new SipRuleSet());
      digester.push(context);
      digester.setClassLoader(SipContext.class.getClassLoader());
      digester.parse(in);
      check(sip);
    } catch (IOException | SAXException | RuntimeException e) {
      LOG.error(DESCRIPTOR + " of the application '" + context.getName() + "': " + e, e);
      ok = false;
    } finally {
      context.setWrapperClass(StandardWrapper.class.getName());
    }
    context.setConfigured(ok);
  }

  private static void check(SipContext sip) throws IOException {
    if (sip.getApplicationName() == null) {
      throw new IOException("app-name is missing");
    }
    boolean selected = sip.getMainServlet() != null && !sip.getMainServlet().isEmpty();
    boolean mapped =
        sip.findSipServletMappings() != null && !sip.findSipServletMappings().isEmpty();
    if (sip.getChildrenMap().size() > 1 && !selected && !mapped) {
      throw new IOException("it has more than one servlet: name one in main-servlet");
    }
  }
}
