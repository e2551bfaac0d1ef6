package org.phonemirror.sip;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import javax.servlet.ServletContext;
import javax.servlet.ServletContextEvent;
import javax.servlet.ServletContextListener;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import org.phonemirror.sip.config.ConfigException;
import org.phonemirror.sip.config.MirrorConfig;

/** Starts and stops the application with its servlet context, and lends servlets its parts. */
public final class SipApp implements ServletContextListener {
  private static final String ATTRIBUTE = SipApp.class.getName();
  private static final int MAX_WAITING_REGISTRATIONS = 10_000;
  private static final int MAX_SUBSCRIBERS = 1_000_000;

  /** What the servlets need. */
  record Parts(
      MirrorConfig.Sip config,
      PresenceRelay presence,
      ServingCscfs cscfs,
      SipPhoneMessenger messenger) {}

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext context = event.getServletContext();
    MirrorConfig config = config();
    MirrorPlane.Starter starter =
        context.getAttribute(MirrorPlane.Starter.ATTRIBUTE) instanceof MirrorPlane.Starter other
            ? other
            : Composition::start;
    ServingCscfs cscfs = new ServingCscfs(MAX_SUBSCRIBERS, config.sip().scscf());
    SipPhoneMessenger messenger =
        new SipPhoneMessenger(
            (SipFactory) context.getAttribute(SipServlet.SIP_FACTORY), cscfs, config.sip().uri());
    PresenceRelay presence =
        new PresenceRelay(() -> starter.start(config, messenger), MAX_WAITING_REGISTRATIONS);
    context.setAttribute(ATTRIBUTE, new Parts(config.sip(), presence, cscfs, messenger));
  }

  private static MirrorConfig config() {
    try {
      return MirrorConfig.load();
    } catch (ConfigException e) {
      throw new IllegalStateException("Configuration " + e.getMessage(), e);
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (event.getServletContext().getAttribute(ATTRIBUTE) instanceof Parts parts) {
      parts.messenger().close();
      parts.presence().close();
    }
    releaseDrivers(event.getServletContext());
  }

  /** JDBC keeps drivers for as long as the process runs, and with them this application. */
  private static void releaseDrivers(ServletContext context) {
    for (Driver driver : Collections.list(DriverManager.getDrivers())) {
      if (driver.getClass().getClassLoader() == context.getClassLoader()) {
        try {
          DriverManager.deregisterDriver(driver);
        } catch (SQLException e) {
          context.log("JDBC driver " + driver + " stays", e);
        }
      }
    }
  }

  /** The parts of the application that a servlet belongs to. */
  static Parts parts(ServletContext context) {
    if (context.getAttribute(ATTRIBUTE) instanceof Parts parts) {
      return parts;
    }
    throw new IllegalStateException("the application has not started: is SipApp in web.xml?");
  }
}
