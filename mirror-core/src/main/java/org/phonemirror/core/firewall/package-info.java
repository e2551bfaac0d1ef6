/**
 * The firewall: watches the copy of subscribers' traffic, and tells phone and operator what their
 * rules say. It stands beside the phone's path, never in it; what it blocks, the network's own
 * nodes block at its request.
 */
package org.phonemirror.core.firewall;
