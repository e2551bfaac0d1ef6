package org.phonemirror.app.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.phonemirror.client.input.EvdevSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's input devices, which only a system app may read. Where this is none, nothing is
 * wrong: the accessibility service takes its place.
 *
 * <p>Not safe for use by several threads.
 */
public final class SystemCapture implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemCapture.class);

  private final Path devices;
  private final Path sys;
  private final CaptureHub hub;
  private Optional<EvdevSource> source = Optional.empty();

  /**
   * Reads devices in these directories.
   *
   * @param devices {@code /dev/input}
   * @param sys {@code /sys/class/input}
   */
  public SystemCapture(Path devices, Path sys, CaptureHub hub) {
    this.devices = devices;
    this.sys = sys;
    this.hub = hub;
  }

  /**
   * Reads these devices, if it may.
   *
   * @param names in the order of their numbers; empty for those of the reference phone
   */
  public void start(List<String> names) {
    close();
    try {
      EvdevSource opened =
          EvdevSource.open(devices, sys, names.isEmpty() ? EvdevSource.REFERENCE_PHONE : names);
      opened.start(hub.system());
      source = Optional.of(opened);
      hub.systemRuns(true);
      LOG.info("input is read from the kernel");
    } catch (IOException | SecurityException e) {
      LOG.info("input is left to the accessibility service: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    hub.systemRuns(false);
    if (source.isPresent()) {
      try {
        source.get().close();
      } catch (IOException e) {
        LOG.warn("an input device can't be closed: {}", e.getMessage());
      }
      source = Optional.empty();
    }
  }
}
