/** The demo: a phone, its mirror and the network between them, as a story with times. */
package org.phonemirror.testnet.demo;
