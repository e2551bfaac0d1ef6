/** A Diameter node (RFC 6733) on jDiameter's raw listener interface, without its defects. */
package org.phonemirror.hss.diameter;
