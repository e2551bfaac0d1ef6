package org.phonemirror.core.mirror;

import java.util.Optional;

/**
 * A mirror runs another version of its phone's software than the phone: there is no template of the
 * phone's. What programs of the two versions do differently is left to repair.
 *
 * @param phone the version that the phone told at its boot
 * @param mirror the version that the mirror has kept
 */
public record OtherSoftware(String phone, String mirror) {
  /** Empty if the versions are the same, or one of them is not known. */
  static Optional<OtherSoftware> of(String phone, String mirror) {
    boolean known = !phone.isEmpty() && !mirror.isEmpty();
    return known && !phone.equals(mirror)
        ? Optional.of(new OtherSoftware(phone, mirror))
        : Optional.empty();
  }
}
