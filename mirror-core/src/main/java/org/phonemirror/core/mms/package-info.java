/**
 * Multimedia messages: the PDUs between phone and MMS relay (MM1, OMA-TS-MMS_ENC-V1_2), and who has
 * a say in their passage.
 */
package org.phonemirror.core.mms;
