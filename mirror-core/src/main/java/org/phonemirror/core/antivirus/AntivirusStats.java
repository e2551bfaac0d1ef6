package org.phonemirror.core.antivirus;

import java.util.Optional;

/**
 * How the antivirus is, and what it has done since it was started.
 *
 * @param outage why clamd can't be worked with now; empty if it can
 * @param signatures version of clamd and its signatures, as it was last seen; empty if it never was
 * @param queued contents that wait for clamd
 * @param queuedBytes of them
 * @param openScans orders that are not answered yet
 * @param findings files on mirrors that are known to be infected
 * @param clean contents that clamd found nothing in
 * @param infected contents that it found something in
 * @param failed contents that it could not scan
 */
public record AntivirusStats(
    Optional<String> outage,
    Optional<String> signatures,
    int queued,
    long queuedBytes,
    long openScans,
    long findings,
    long clean,
    long infected,
    long failed) {}
