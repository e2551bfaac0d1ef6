/** The sync channel's server side: CoAP (RFC 7252) over DTLS 1.2 with pre-shared keys. */
package org.phonemirror.core.sync;
