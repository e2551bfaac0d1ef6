package org.phonemirror.app.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the screens show, at one moment.
 *
 * @param at that moment: what has come later is not in it
 * @param account with the operator; empty until the phone is provisioned
 * @param status of the mirror as the phone knows it
 * @param capture how the owner's input is seen
 * @param settings as they are in force
 * @param scan the latest one
 * @param findings that the phone remembers, newest first
 * @param downloads that the phone remembers, newest first
 * @param outbox what the mirror was asked to send, newest first
 * @param firstClone the first copy of this phone, while it is made
 */
public record AppState(
    Instant at,
    Optional<Account> account,
    Status status,
    Capture capture,
    Settings settings,
    Scan scan,
    List<Finding> findings,
    List<Download> downloads,
    List<Upload> outbox,
    Optional<FirstClone> firstClone) {
  public AppState {
    findings = List.copyOf(findings);
    downloads = List.copyOf(downloads);
    outbox = List.copyOf(outbox);
  }
}
