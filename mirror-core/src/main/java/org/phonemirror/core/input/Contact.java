package org.phonemirror.core.input;

/**
 * What a finger did on a touch screen in one report. Places and sizes are values of the phone's
 * axes; what the screen does not tell is 0.
 *
 * @param slot its slot, from 0 on
 * @param trackingId of the contact
 * @param phase what became of it
 * @param x place (ABS_MT_POSITION_X)
 * @param y place (ABS_MT_POSITION_Y)
 * @param pressure ABS_MT_PRESSURE
 * @param major length of what touches (ABS_MT_TOUCH_MAJOR)
 * @param minor width of what touches (ABS_MT_TOUCH_MINOR)
 * @param orientation ABS_MT_ORIENTATION
 * @param events how many of the report's events are in it
 */
public record Contact(
    int slot,
    int trackingId,
    Phase phase,
    int x,
    int y,
    int pressure,
    int major,
    int minor,
    int orientation,
    int events) {
  /** The life of a contact. */
  public enum Phase {
    BEGINS,
    /** Anything of it has changed. */
    CHANGES,
    ENDS
  }
}
