/**
 * The traffic monitor: a passive copy of phones' packets in, tapes out. The copy may lose packets
 * and bring garbage; phones and their network never notice that there is one.
 */
package org.phonemirror.core.traffic;
