/** The way to the server: CoAP (RFC 7252) over DTLS 1.2 with a connection id (RFC 9146). */
package org.phonemirror.client.channel;
