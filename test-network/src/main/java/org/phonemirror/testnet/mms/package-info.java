/** An MMS relay/server: MM1 over HTTP, notifications by SIP MESSAGE, MM10 (TS 23.140). */
package org.phonemirror.testnet.mms;
