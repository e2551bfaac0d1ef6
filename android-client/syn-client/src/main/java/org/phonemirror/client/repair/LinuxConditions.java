package org.phonemirror.client.repair;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What Linux tells: the power supplies (Documentation/ABI/testing/sysfs-class-power), and whether
 * the default route goes over a WLAN. Any other interface may be a mobile network's and counts as
 * metered. What can't be read is taken for metered and not charging.
 */
public final class LinuxConditions implements PhoneConditions {
  private static final int DESTINATION = 1;
  private static final String DEFAULT_ROUTE = "00000000";

  private final Path power;
  private final Path interfaces;
  private final Path routes;

  /**
   * Reads these.
   *
   * @param power {@code /sys/class/power_supply}
   * @param interfaces {@code /sys/class/net}
   * @param routes {@code /proc/net/route}
   */
  public LinuxConditions(Path power, Path interfaces, Path routes) {
    this.power = power;
    this.interfaces = interfaces;
    this.routes = routes;
  }

  /** Of this machine. */
  public static LinuxConditions system() {
    return new LinuxConditions(
        java.nio.file.Paths.get("/sys/class/power_supply"),
        java.nio.file.Paths.get("/sys/class/net"),
        java.nio.file.Paths.get("/proc/net/route"));
  }

  @Override
  public boolean metered() {
    boolean wireless = false;
    try {
      for (String route : Files.readAllLines(routes, StandardCharsets.US_ASCII)) {
        String[] fields = route.trim().split("\\s+", -1);
        if (fields.length > DESTINATION && fields[DESTINATION].equals(DEFAULT_ROUTE)) {
          if (!Files.isDirectory(interfaces.resolve(fields[0]).resolve("wireless"))) {
            return true;
          }
          wireless = true;
        }
      }
    } catch (IOException e) {
      return true;
    }
    return !wireless;
  }

  @Override
  public boolean charging() {
    try (DirectoryStream<Path> supplies = Files.newDirectoryStream(power)) {
      for (Path supply : supplies) {
        boolean battery = line(supply.resolve("type")).equals("Battery");
        String state = line(supply.resolve(battery ? "status" : "online"));
        if (battery ? state.equals("Charging") || state.equals("Full") : state.equals("1")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static String line(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    return lines.isEmpty() ? "" : lines.get(0).trim();
  }
}
