/** The SGSN of the test network: holds what the HSS lays down for the packet domain. */
package org.phonemirror.testnet.sgsn;
