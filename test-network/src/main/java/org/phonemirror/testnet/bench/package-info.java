/** Benchmarks behind the numbers of docs/specification.md. */
package org.phonemirror.testnet.bench;
