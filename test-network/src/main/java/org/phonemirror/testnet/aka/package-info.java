/** Authentication and key agreement of the third generation: what SIM cards and HSSs compute. */
package org.phonemirror.testnet.aka;
