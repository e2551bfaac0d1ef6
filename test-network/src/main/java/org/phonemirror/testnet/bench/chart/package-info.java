/** Charts of benchmarks. */
package org.phonemirror.testnet.bench.chart;
