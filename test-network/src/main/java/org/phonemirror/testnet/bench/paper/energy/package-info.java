/** What a phone's battery pays for packets: a model, made of published measurements. */
package org.phonemirror.testnet.bench.paper.energy;
