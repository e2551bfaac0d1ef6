/** How many mirrors a machine carries: the benchmark that feeds them, and what it measures. */
package org.phonemirror.testnet.bench.density;
