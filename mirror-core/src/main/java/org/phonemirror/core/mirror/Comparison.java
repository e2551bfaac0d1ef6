package org.phonemirror.core.mirror;

/**
 * What comparing the mirror's storage with the phone's digest showed.
 *
 * @param identical whether they were equal, unsettled paths left out
 * @param files regular files compared, as the mirror has them
 * @param bytes their contents' length in all
 * @param unsettled paths that were being written at the interval's end and so were left out
 */
public record Comparison(boolean identical, long files, long bytes, int unsettled) {}
