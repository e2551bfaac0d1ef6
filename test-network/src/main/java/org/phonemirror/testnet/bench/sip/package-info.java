/** Load on the application server's SIP, made by SIPp, and what it is compared with. */
package org.phonemirror.testnet.bench.sip;
