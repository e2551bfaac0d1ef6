package org.phonemirror.core.antivirus;

/**
 * What came of a scan.
 *
 * @param files that were to be scanned
 * @param bytes in them
 * @param findings infected ones
 * @param failed those of which nobody knows
 */
record ScanCounts(long files, long bytes, long findings, long failed) {}
