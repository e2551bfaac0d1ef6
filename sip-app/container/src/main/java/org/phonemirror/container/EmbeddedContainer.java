package org.phonemirror.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sip.SipFactory;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.core.StandardServer;
import org.mobicents.servlet.sip.startup.SipProtocolHandler;
import org.mobicents.servlet.sip.startup.SipStandardEngine;
import org.mobicents.servlet.sip.startup.SipStandardService;

/**
 * The SIP servlet container with one application in this process. The container keeps its state in
 * statics and system properties, so that only one may run in a process at a time.
 */
public final class EmbeddedContainer implements AutoCloseable {
  private static final AtomicBoolean RUNNING = new AtomicBoolean();
  private static final String NAME = "phone-mirror";

  private final StandardServer server;

  private EmbeddedContainer(StandardServer server) {
    this.server = server;
  }

  /**
   * Starts the container and its application.
   *
   * @throws IOException if a port is taken or the application does not start
   */
  public static EmbeddedContainer start(ContainerSettings settings) throws IOException {
    if (!RUNNING.compareAndSet(false, true)) {
      throw new IllegalStateException("a container runs in this process already: close it first");
    }
    EmbeddedContainer container = new EmbeddedContainer(new StandardServer());
    try {
      container.run(settings);
      return container;
    } catch (Exception e) {
      IOException failure =
          new IOException(
              "the container did not start on "
                  + settings.address()
                  + ", SIP port "
                  + settings.sipPort()
                  + ", HTTP port "
                  + settings.httpPort()
                  + ": "
                  + root(e),
              e);
      try {
        container.close();
      } catch (IOException | RuntimeException stopping) {
        failure.addSuppressed(stopping);
      }
      throw failure;
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }

  private void run(ContainerSettings settings) throws Exception {
    Path base = settings.workDirectory().toAbsolutePath();
    Path applications = Files.createDirectories(base.resolve("webapps"));
    Path router = base.resolve("applications.properties");
    try (InputStream in = resource("applications.properties")) {
      Files.copy(in, router, StandardCopyOption.REPLACE_EXISTING);
    }
    System.setProperty("catalina.home", base.toString());
    System.setProperty("catalina.base", base.toString());
    System.setProperty(
        "javax.servlet.sip.ar.spi.SipApplicationRouterProvider",
        "org.mobicents.servlet.sip.router.DefaultApplicationRouterProvider");
    SipStandardEngine engine = new SipStandardEngine();
    engine.setName(NAME);
    engine.setDefaultHost("localhost");
    engine.setBaseDir(base.toString());
    SipStandardService service = service(settings, router);
    service.setContainer(engine);
    service.addConnector(http(settings));
    service.addConnector(sip(settings, "udp"));
    service.addConnector(sip(settings, "tcp"));
    StandardHost host = new StandardHost();
    host.setName("localhost");
    host.setAppBase(applications.toString());
    host.setAutoDeploy(false);
    host.setConfigClass(DescriptorConfig.class.getName());
    engine.addChild(host);
    MirrorContext context = context(settings);
    host.addChild(context);
    settings.attributes().forEach(context.getServletContext()::setAttribute);
    server.setPort(-1);
    server.addService(service);
    server.init();
    server.start();
    List<String> failures = StartCheck.failures(server);
    if (!failures.isEmpty()) {
      throw new IOException(String.join("; ", failures) + "; the log above tells why");
    }
  }

  private static SipStandardService service(ContainerSettings settings, Path router)
      throws IOException {
    SipStandardService service = new SipStandardService();
    service.setName(NAME);
    service.setSipApplicationDispatcherClassName(GatedDispatcher.class.getName());
    Properties stack = new Properties();
    try (InputStream in = resource("sip-stack.properties")) {
      stack.load(in);
    }
    service.setSipStackProperties(stack);
    service.setDarConfigurationFileLocation("file://" + router);
    service.setCongestionControlCheckingInterval(-1);
    service.setDnsServerLocatorClass("");
    service.setSasTimerServiceImplementationType("Standard");
    service.setBaseTimerInterval(Math.toIntExact(settings.t1().toMillis()));
    return service;
  }

  private static Connector http(ContainerSettings settings) {
    Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    connector.setProperty("address", settings.address());
    connector.setPort(settings.httpPort());
    return connector;
  }

  private static Connector sip(ContainerSettings settings, String transport) throws Exception {
    Connector connector = new Connector(SipProtocolHandler.class.getName());
    SipProtocolHandler handler = (SipProtocolHandler) connector.getProtocolHandler();
    handler.setIpAddress(settings.address());
    handler.setPort(settings.sipPort());
    handler.setSignalingTransport(transport);
    connector.setPort(settings.sipPort());
    return connector;
  }

  private static MirrorContext context(ContainerSettings settings) {
    MirrorContext context = new MirrorContext();
    context.setDocBase(settings.application().toAbsolutePath().toString());
    context.setName("");
    context.setPath("");
    context.addLifecycleListener(new DescriptorConfig());
    context.addLifecycleListener(new GracefulStop());
    context.setParentClassLoader(EmbeddedContainer.class.getClassLoader());
    context.setProcessTlds(false);
    context.setXmlNamespaceAware(true);
    context.setManager(new SessionManager());
    return context;
  }

  private static InputStream resource(String name) throws IOException {
    InputStream in = EmbeddedContainer.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("resource " + name + " is missing from the container's archive");
    }
    return in;
  }

  /** Stops the application and the container, and frees the ports. */
  @Override
  public void close() throws IOException {
    if (server.getState() == LifecycleState.DESTROYED) {
      return;
    }
    try {
      if (server.getState().isAvailable()) {
        server.stop();
      }
      server.destroy();
    } catch (LifecycleException e) {
      throw new IOException("the container did not stop cleanly", e);
    } finally {
      SipFactory.getInstance().resetFactory();
      ScannerStop.interruptScanner();
      RUNNING.set(false);
    }
  }
}
