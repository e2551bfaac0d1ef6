/**
 * The network of a mirror that runs in real time and has no agent of ours: a gateway at the other
 * end of its network device answers from the interval's tape, and nothing that the guest sends goes
 * any further (ADR 18).
 *
 * <p>{@code link} speaks Ethernet, ARP, DHCP and neighbour discovery with the guest, {@code tcp}
 * ends its connections, {@code replay} knows what the tape has for them.
 */
package org.phonemirror.core.gateway;
