/** The paper's evaluation, done again as far as that is possible without a phone. */
package org.phonemirror.testnet.bench.paper;
