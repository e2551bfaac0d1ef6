/**
 * Flows of subscribers: TCP connections put together from segments, UDP exchanges, and the
 * recording of both that tapes are cut from. All of it belongs to one thread.
 */
package org.phonemirror.core.traffic.flow;
