package org.phonemirror.container;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What an embedded container runs and where.
 *
 * @param address numeric address to listen on; not a wildcard, which the container cannot put into
 *     Via and Route headers
 * @param sipPort port for SIP over UDP and TCP
 * @param httpPort port for HTTP
 * @param workDirectory existing directory for the container's own files
 * @param application the application: a war file, or a directory laid out like one
 * @param t1 round-trip estimate that SIP's timers derive from (RFC 3261 §17.1.1.1)
 * @param attributes attributes of the application's servlet context
 */
public record ContainerSettings(
    String address,
    int sipPort,
    int httpPort,
    Path workDirectory,
    Path application,
    Duration t1,
    Map<String, Object> attributes) {
  private static final Duration RFC_T1 = Duration.ofMillis(500);

  public ContainerSettings {
    if (!address.matches("[0-9.]+|[0-9A-Fa-f:]+") || address.equals("0.0.0.0")) {
      throw new IllegalArgumentException(
          "address '" + address + "' must be a numeric address of this machine, not a wildcard");
    }
    attributes = Map.copyOf(attributes);
  }

  /** With the timers of RFC 3261 and no attributes. */
  public ContainerSettings(
      String address, int sipPort, int httpPort, Path workDirectory, Path application) {
    this(address, sipPort, httpPort, workDirectory, application, RFC_T1, Map.of());
  }
}
