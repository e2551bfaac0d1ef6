/**
 * The GPRS tunnelling protocol between SGSN and GGSN: version 1 of its user plane (TS 29.281) and
 * of its control plane (TS 29.060), as far as it tells whose a packet is.
 */
package org.phonemirror.core.traffic.gtp;
