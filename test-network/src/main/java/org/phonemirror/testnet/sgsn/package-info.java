/**
 * The SGSN of the test network: asks the HSS what a phone may do (S6d), opens its PDP contexts at a
 * GGSN, carries its packets, and copies them to the mirror server if the HSS says so.
 */
package org.phonemirror.testnet.sgsn;
