/** An IMS core of real CSCFs, and phones' IMS stacks. */
package org.phonemirror.testnet.ims;
