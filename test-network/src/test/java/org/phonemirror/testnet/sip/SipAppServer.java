package org.phonemirror.testnet.sip;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.phonemirror.container.ContainerSettings;
import org.phonemirror.container.EmbeddedContainer;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.RepairCounts;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.MirrorPlane;
import org.phonemirror.sip.config.MirrorConfig;

/** Runs the SIP application in this process, with something else in the place of mirrors. */
public final class SipAppServer {
  public static final int SIP_PORT = 5080;
  private static final int HTTP_PORT = 8080;

  private SipAppServer() {}

  /** Starts it; the caller closes it, and clears {@link MirrorConfig#FILE_PROPERTY}. */
  public static EmbeddedContainer start(
      Path directory, String host, Duration t1, MirrorPlane.Starter starter) throws IOException {
    return start(directory, host, t1, starter, "");
  }

  /**
   * Starts it; the caller closes it, and clears {@link MirrorConfig#FILE_PROPERTY}.
   *
   * @param more lines of the configuration
   */
  public static EmbeddedContainer start(
      Path directory, String host, Duration t1, MirrorPlane.Starter starter, String more)
      throws IOException {
    Path file = config(directory, host);
    Files.writeString(file, more, StandardOpenOption.APPEND);
    System.setProperty(MirrorConfig.FILE_PROPERTY, file.toString());
    return EmbeddedContainer.start(
        new ContainerSettings(
            host,
            SIP_PORT,
            HTTP_PORT,
            Files.createDirectories(directory.resolve("container")),
            Path.of(System.getProperty("sip-app.webapp")),
            t1,
            Map.of(MirrorPlane.Starter.ATTRIBUTE, starter)));
  }

  /** Writes a configuration file. */
  public static Path config(Path directory, String host) throws IOException {
    return Files.writeString(
        directory.resolve("mirror.properties"),
        """
            sip.uri = sip:mirror@%1$s:%2$d
            state.directory = state
            template.directory = templates
            sync.bind = %1$s:5684
            sync.advertised = %1$s:5684
            diameter.host = mirror.as.ims.test
            diameter.realm = as.ims.test
            diameter.address = %1$s:3868
            diameter.peer-host = hss.ims.test
            diameter.peer = 127.18.0.4:3868
            diameter.peer-realm = ims.test
            """
            .formatted(host, SIP_PORT));
  }

  /** A plane that is nothing but a listener. */
  public static MirrorPlane plane(Supplier<PhonePresence> presence) {
    return plane(presence, List.of());
  }

  /** A plane that is nothing but a listener, and says that it has mirrors of these subscribers. */
  public static MirrorPlane plane(Supplier<PhonePresence> presence, List<Impu> mirrored) {
    return new MirrorPlane() {
      @Override
      public List<Part> parts() {
        return List.of(new Part("diameter", false, "hss.ims.test at 127.18.0.4:3868"));
      }

      @Override
      public CompletionStage<List<MirrorStatus>> status() {
        return CompletableFuture.completedFuture(
            mirrored.stream().map(SipAppServer::saved).toList());
      }

      @Override
      public PhonePresence presence() {
        return presence.get();
      }

      @Override
      public void close() {}
    };
  }

  private static MirrorStatus saved(Impu subscriber) {
    return new MirrorStatus(
        subscriber.uri(),
        MirrorStatus.Phase.SAVED,
        "model",
        0,
        0,
        0,
        RepairCounts.NONE,
        0,
        Optional.empty(),
        "");
  }

  static HttpResponse<String> health(String host) throws IOException, InterruptedException {
    URI uri = URI.create("http://" + host + ":" + HTTP_PORT + "/health");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A scenario file with its addresses filled in, for UDP. */
  static String scenario(String name, InetSocketAddress server, InetSocketAddress scscf)
      throws IOException {
    return scenario(name, server, scscf, "");
  }

  /**
   * A scenario file with its addresses filled in.
   *
   * @param transport parameter of URIs, with its semicolon
   */
  static String scenario(
      String name, InetSocketAddress server, InetSocketAddress scscf, String transport)
      throws IOException {
    try (InputStream in = SipAppServer.class.getResourceAsStream("scenarios/" + name + ".sip")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@AS@", hostPort(server))
          .replace("@SCSCF@", hostPort(scscf))
          .replace("@TRANSPORT@", transport);
    }
  }

  private static String hostPort(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
