/**
 * Which mirrors have a machine at work on this server, and when: the queue of all work with
 * machines, the pool of those that stay in memory, and whether there is room for one more.
 */
package org.phonemirror.core.placement;
