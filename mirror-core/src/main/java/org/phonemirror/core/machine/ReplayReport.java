package org.phonemirror.core.machine;

/**
 * How a replay went, as the guest's agent saw it.
 *
 * @param events input events given to the devices
 * @param orderErrors events that did not go in, or not after their predecessor
 * @param latenessP99Micros how late after its time an event went in, 99th percentile
 * @param latenessMaxMicros and at worst
 * @param clockErrorMicros the mirror's clock at the end, minus the interval's end
 * @param network what it did with the tape
 */
public record ReplayReport(
    int events,
    int orderErrors,
    long latenessP99Micros,
    long latenessMaxMicros,
    long clockErrorMicros,
    NetworkReport network) {}
