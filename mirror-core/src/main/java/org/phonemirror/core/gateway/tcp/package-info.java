/**
 * The server's side of TCP (RFC 9293), as small as a peer allows that is a link away, without loss
 * or reordering but for queues that are full: no window scaling, no selective acknowledgement, no
 * congestion control, and segments out of order are the guest's to send again.
 */
package org.phonemirror.core.gateway.tcp;
