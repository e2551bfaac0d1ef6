/** Sessions of a user at the phone, as text files, and the benchmark that plays them all. */
package org.phonemirror.testnet.fidelity;
