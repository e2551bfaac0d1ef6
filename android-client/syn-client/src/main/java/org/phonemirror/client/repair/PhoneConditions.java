package org.phonemirror.client.repair;

/** Port: what sending costs the phone's owner now. Asked once an interval, when there are asks. */
public interface PhoneConditions {
  /** Whether the network in use charges by volume, as mobile networks do, or may. */
  boolean metered();

  /** Whether the phone is on a charger. */
  boolean charging();

  /** A phone on a mobile network and on its battery. */
  PhoneConditions METERED =
      new PhoneConditions() {
        @Override
        public boolean metered() {
          return true;
        }

        @Override
        public boolean charging() {
          return false;
        }
      };
}
