/** The packet domain from the phone's network device to the servers, in its two forms. */
package org.phonemirror.testnet.packet;
