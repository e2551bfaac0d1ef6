/** Just enough SIP (RFC 3261) over UDP and TCP, in plain text, for phones and test scenarios. */
package org.phonemirror.testnet.sip;
