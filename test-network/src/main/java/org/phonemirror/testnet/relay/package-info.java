/** A Diameter relay of the test network: a real freeDiameter. */
package org.phonemirror.testnet.relay;
