package org.phonemirror.core.upload;

/** Brings files to recipients of one kind. */
@FunctionalInterface
interface Carrier {
  /**
   * Brings it, and blocks as long as that takes.
   *
   * @throws Parcel.RecalledException if it is no longer to be sent; nobody has got it
   */
  Outcome bring(Parcel parcel) throws Parcel.RecalledException;
}
