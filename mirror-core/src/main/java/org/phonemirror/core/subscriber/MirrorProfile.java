package org.phonemirror.core.subscriber;

import java.time.Duration;
import java.util.regex.Pattern;
import org.phonemirror.sync.Limits;

/**
 * The mirror profile of a subscriber, which the HSS holds as RepositoryData (TS 29.328 §7.6.1)
 * under the mirror service's Service-Indication.
 *
 * @param phoneModel names the factory template
 * @param syncInterval t_syn_int that the phone starts with
 * @param repairBudget most bytes per interval that repair may take on a metered network, asks and
 *     answers together
 * @param services what the services may do for the subscriber
 */
public record MirrorProfile(
    String phoneModel, Duration syncInterval, int repairBudget, ServicePolicies services) {
  /** The repair budget of a profile that names none. */
  public static final int DEFAULT_REPAIR_BUDGET = Limits.DEFAULT_REPAIR_BUDGET;

  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** With the usual repair budget and policies. */
  public MirrorProfile(String phoneModel, Duration syncInterval) {
    this(phoneModel, syncInterval, DEFAULT_REPAIR_BUDGET);
  }

  /** With the usual policies. */
  public MirrorProfile(String phoneModel, Duration syncInterval, int repairBudget) {
    this(phoneModel, syncInterval, repairBudget, ServicePolicies.USUAL);
  }

  public MirrorProfile {
    if (!MODEL.matcher(phoneModel).matches()) {
      throw new IllegalArgumentException(
          "phone model '"
              + phoneModel
              + "' must have 1 to 64 letters, digits, dots, dashes or underscores");
    }
    if (syncInterval.compareTo(Duration.ofSeconds(1)) < 0
        || syncInterval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "synchronization interval is " + syncInterval + ", must be from PT1S to PT24H");
    }
    if (repairBudget < Limits.MIN_REPAIR_BUDGET || repairBudget > Limits.MAX_REPAIR_BUDGET) {
      throw new IllegalArgumentException(
          "repair budget is "
              + repairBudget
              + " bytes per interval, must be from "
              + Limits.MIN_REPAIR_BUDGET
              + " to "
              + Limits.MAX_REPAIR_BUDGET);
    }
  }

  /** With other policies. */
  public MirrorProfile withServices(ServicePolicies other) {
    return new MirrorProfile(phoneModel, syncInterval, repairBudget, other);
  }
}
