/**
 * The HSS of the test network: Cx towards the CSCFs (TS 29.228, TS 29.229), Sh towards application
 * servers (TS 29.328, TS 29.329) and S6d towards SGSNs (TS 29.272).
 */
package org.phonemirror.testnet.hss;
