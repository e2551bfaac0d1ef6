/**
 * What the guest's connections and datagrams are on a tape, and when it gets what the phone got:
 * the contract of the reference phone's agent ({@code guest/README.md}, "The network").
 *
 * <p>Times are microseconds by the gateway's clock, which stands between intervals as the guest
 * does.
 */
package org.phonemirror.core.gateway.replay;
