/** GTP version 1 as an SGSN speaks it: control plane (TS 29.060) and user plane (TS 29.281). */
package org.phonemirror.testnet.gtp;
