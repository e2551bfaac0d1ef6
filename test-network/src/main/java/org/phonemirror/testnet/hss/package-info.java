/**
 * The HSS of the test network: Cx towards the CSCFs (TS 29.228, TS 29.229) and Sh towards
 * application servers (TS 29.328, TS 29.329), with its subscribers in memory.
 */
package org.phonemirror.testnet.hss;
