package org.restcomm.commons.statistics.reporter;

import com.codahale.metrics.MetricRegistry;
import java.util.concurrent.TimeUnit;

/**
 * Takes the place of the reporter that the container would use to send usage figures to its
 * vendor's server: it counts, and reports to nobody.
 */
public final class RestcommStatsReporter {
  private static final RestcommStatsReporter INSTANCE = new RestcommStatsReporter();
  private static final MetricRegistry METRICS = new MetricRegistry();

  /** Called by the container, which also makes instances of its own. */
  public RestcommStatsReporter() {}

  public static RestcommStatsReporter getRestcommStatsReporter() {
    return INSTANCE;
  }

  /** What the container counts in. */
  public static MetricRegistry getMetricRegistry() {
    return METRICS;
  }

  public void setRemoteServer(String ignored) {}

  public void setProjectName(String ignored) {}

  public void setProjectType(String ignored) {}

  public void setVersion(String ignored) {}

  public void start(long ignored, TimeUnit unit) {}

  public void stop() {}
}
