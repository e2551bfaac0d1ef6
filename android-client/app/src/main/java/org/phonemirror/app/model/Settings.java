package org.phonemirror.app.model;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the owner decides.
 *
 * @param interval t_syn_int, from {@link #MIN_INTERVAL} to {@link #MAX_INTERVAL}; empty to follow
 *     the operator
 * @param fasterOnCharger whether synchronization is more frequent while the phone charges
 * @param wifiOnly whether to send and fetch on unmetered networks alone
 * @param roaming whether to send while roaming
 * @param uploadThreshold length in bytes from which a file is left to the mirror; the operator's
 *     counts if it is more
 * @param fetchThreshold length in bytes up to which a cached download is fetched on a metered
 *     network without asking; 0 for none
 * @param services that are used
 * @param passwords whether input into fields for passwords is mirrored, too
 * @param paused whether everything is paused; changed by {@link MirrorControl#pause} alone
 */
public record Settings(
    Optional<Duration> interval,
    boolean fasterOnCharger,
    boolean wifiOnly,
    boolean roaming,
    long uploadThreshold,
    long fetchThreshold,
    Set<Service> services,
    boolean passwords,
    boolean paused) {
  /** Shortest interval that may be chosen; the protocol's is a second, which no battery bears. */
  public static final Duration MIN_INTERVAL = Duration.ofSeconds(10);

  /** Longest interval, as the protocol's. */
  public static final Duration MAX_INTERVAL = Duration.ofDays(1);

  /** Of an owner who has decided nothing. */
  public static final Settings USUAL =
      new Settings(
          Optional.empty(),
          true,
          false,
          false,
          500_000,
          0,
          EnumSet.allOf(Service.class),
          false,
          false);

  /** Services of the mirror server. */
  public enum Service {
    /** Fetches files while the phone sleeps. */
    DOWNLOAD,
    /** Sends files to many. */
    UPLOAD,
    /** Looks for malware on the mirror. */
    ANTIVIRUS,
    /** Tells of places that the operator's rules forbid. */
    FIREWALL
  }

  public Settings {
    interval.ifPresent(Settings::check);
    if (uploadThreshold < 0 || fetchThreshold < 0) {
      throw new IllegalArgumentException(
          "thresholds are " + uploadThreshold + " and " + fetchThreshold + ", must be 0 or more");
    }
    Set<Service> copy = EnumSet.noneOf(Service.class);
    copy.addAll(services);
    services = Collections.unmodifiableSet(copy);
  }

  private static void check(Duration interval) {
    if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "interval is " + interval + ", must be from " + MIN_INTERVAL + " to " + MAX_INTERVAL);
    }
  }

  /** The same with this interval. */
  public Settings withInterval(Optional<Duration> given) {
    return new Settings(
        given,
        fasterOnCharger,
        wifiOnly,
        roaming,
        uploadThreshold,
        fetchThreshold,
        services,
        passwords,
        paused);
  }

  /** The same, with more frequent synchronization on a charger or without. */
  public Settings withFasterOnCharger(boolean given) {
    return new Settings(
        interval,
        given,
        wifiOnly,
        roaming,
        uploadThreshold,
        fetchThreshold,
        services,
        passwords,
        paused);
  }

  /** The same, on these networks. */
  public Settings withNetworks(boolean givenWifiOnly, boolean givenRoaming) {
    return new Settings(
        interval,
        fasterOnCharger,
        givenWifiOnly,
        givenRoaming,
        uploadThreshold,
        fetchThreshold,
        services,
        passwords,
        paused);
  }

  /** The same with these thresholds. */
  public Settings withThresholds(long upload, long fetch) {
    return new Settings(
        interval, fasterOnCharger, wifiOnly, roaming, upload, fetch, services, passwords, paused);
  }

  /** The same with a service switched on or off. */
  public Settings withService(Service service, boolean on) {
    Set<Service> changed = EnumSet.noneOf(Service.class);
    changed.addAll(services);
    if (on) {
      changed.add(service);
    } else {
      changed.remove(service);
    }
    return new Settings(
        interval,
        fasterOnCharger,
        wifiOnly,
        roaming,
        uploadThreshold,
        fetchThreshold,
        changed,
        passwords,
        paused);
  }

  /** The same with input into fields for passwords, or without. */
  public Settings withPasswords(boolean given) {
    return new Settings(
        interval,
        fasterOnCharger,
        wifiOnly,
        roaming,
        uploadThreshold,
        fetchThreshold,
        services,
        given,
        paused);
  }

  /** The same, paused or not. */
  public Settings withPaused(boolean given) {
    return new Settings(
        interval,
        fasterOnCharger,
        wifiOnly,
        roaming,
        uploadThreshold,
        fetchThreshold,
        services,
        passwords,
        given);
  }
}
