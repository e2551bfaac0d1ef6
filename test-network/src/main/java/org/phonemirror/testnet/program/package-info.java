/** What the network's real programs have in common: they are found, and get a configuration. */
package org.phonemirror.testnet.program;
