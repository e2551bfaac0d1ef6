package org.phonemirror.container;

import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Container;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleListener;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Server;
import org.apache.catalina.Service;
import org.apache.catalina.connector.Connector;
import org.apache.log4j.Logger;

/**
 * Ends the process of a standalone server, with exit code 1, when its application or a connector
 * has not started. Tomcat would go on without it, and a service manager would see nothing wrong.
 */
public final class StartCheck implements LifecycleListener {
  private static final Logger LOG = Logger.getLogger(StartCheck.class);

  @Override
  public void lifecycleEvent(LifecycleEvent event) {
    if (Lifecycle.AFTER_START_EVENT.equals(event.getType())
        && event.getLifecycle() instanceof Server server) {
      List<String> failures = failures(server);
      if (!failures.isEmpty()) {
        LOG.fatal(String.join("; ", failures) + ": the log above tells why. The server ends.");
        end(server);
      }
    }
  }

  private static void end(Server server) {
    try {
      server.stop();
    } catch (LifecycleException e) {
      LOG.error("The server did not stop cleanly", e);
    } finally {
      System.exit(1);
    }
  }

  /** What has not started, in words. */
  static List<String> failures(Server server) {
    List<String> failures = new ArrayList<>();
    for (Service service : server.findServices()) {
      for (Connector connector : service.findConnectors()) {
        if (connector.getState() != LifecycleState.STARTED) {
          failures.add("cannot listen on port " + connector.getPort());
        }
      }
      int applications = 0;
      for (Container host : service.getContainer().findChildren()) {
        for (Container application : host.findChildren()) {
          applications++;
          if (application.getState() != LifecycleState.STARTED) {
            failures.add("application '" + application.getName() + "' did not start");
          }
        }
      }
      if (applications == 0) {
        failures.add("there is no application");
      }
    }
    return failures;
  }
}
