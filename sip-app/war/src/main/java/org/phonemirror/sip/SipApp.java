package org.phonemirror.sip;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import javax.servlet.ServletContext;
import javax.servlet.ServletContextEvent;
import javax.servlet.ServletContextListener;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.ConfigException;
import org.phonemirror.sip.config.MirrorConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the application with its servlet context, and lends servlets its parts. */
public final class SipApp implements ServletContextListener {
  private static final Logger LOG = LoggerFactory.getLogger(SipApp.class);
  private static final String ATTRIBUTE = SipApp.class.getName();
  private static final int MAX_WAITING_REGISTRATIONS = 10_000;
  private static final int MAX_SUBSCRIBERS = 1_000_000;

  /** What the servlets need. */
  record Parts(
      MirrorConfig.Sip config,
      PresenceRelay presence,
      ServingCscfs cscfs,
      SipPhoneMessenger messenger,
      RegistrationEvents events,
      WhoIsOn whoIsOn,
      SessionTap sessions) {}

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext context = event.getServletContext();
    MirrorConfig config = config();
    MirrorPlane.Starter starter =
        context.getAttribute(MirrorPlane.Starter.ATTRIBUTE) instanceof MirrorPlane.Starter other
            ? other
            : Composition::start;
    ServingCscfs cscfs = new ServingCscfs(MAX_SUBSCRIBERS, config.sip().scscf(), Clock.systemUTC());
    OwnRequests requests =
        new OwnRequests(
            (SipFactory) context.getAttribute(SipServlet.SIP_FACTORY), config.sip().uri());
    SipPhoneMessenger messenger = new SipPhoneMessenger(requests, cscfs);
    CompletableFuture<WhoIsOn> whoIsOn = new CompletableFuture<>();
    PresenceRelay presence =
        new PresenceRelay(
            () -> {
              MirrorPlane plane = starter.start(config, messenger);
              ask(plane, whoIsOn.join());
              return plane;
            },
            MAX_WAITING_REGISTRATIONS);
    RegistrationEvents events = new RegistrationEvents(requests, cscfs, presence::tell);
    whoIsOn.complete(new WhoIsOn(cscfs, events, presence::tell));
    SessionTap sessions = new SessionTap(presence, config.sip().uri(), Clock.systemUTC());
    context.setAttribute(
        ATTRIBUTE,
        new Parts(config.sip(), presence, cscfs, messenger, events, whoIsOn.join(), sessions));
  }

  private static void ask(MirrorPlane plane, WhoIsOn whoIsOn) {
    var unused =
        plane
            .status()
            .whenComplete(
                (mirrors, failure) -> {
                  if (failure != null) {
                    LOG.warn("Who is registered is not asked", failure);
                  } else {
                    whoIsOn.begin(
                        plane, mirrors.stream().map(m -> new Impu(m.subscriber())).toList());
                  }
                });
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
      parts.whoIsOn().close();
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
