package org.phonemirror.core.download.store;

import org.phonemirror.core.download.fetch.Reason;
import org.phonemirror.core.subscriber.ServicePolicies;

/** Says which limit a file is beyond. */
final class Quotas {
  private Quotas() {}

  static Download.Failure exceeded(
      long size, ServicePolicies.Download policy, StoreSettings settings) {
    long most = Math.min(policy.quotaBytes(), settings.maxFileBytes());
    return size > most
        ? new Download.Failure(
            Reason.TOO_BIG,
            "the file has "
                + size
                + " bytes or more, and at most "
                + most
                + " are kept; fetch it by the phone")
        : new Download.Failure(
            Reason.QUOTA,
            "the files that are kept for you leave no room for "
                + size
                + " bytes; cancel some, or order it again when they have expired");
  }
}
