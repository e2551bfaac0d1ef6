/** What HSS and SGSN say to each other (S6d, TS 29.272). */
package org.phonemirror.testnet.s6d;
