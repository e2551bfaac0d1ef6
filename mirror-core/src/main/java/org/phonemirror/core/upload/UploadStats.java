package org.phonemirror.core.upload;

/**
 * What the upload relay has done since it was started, and what is there now.
 *
 * @param awaited orders that wait for their file on the mirror
 * @param waiting recipients that the file is to be sent to
 * @param sending recipients that it is being sent to
 * @param files contents in the outbox
 * @param bytes of them
 * @param sent recipients that have got it
 * @param failed recipients that never will
 * @param cancelled recipients that its sender spared it
 * @param retries failures after which it is tried again
 */
public record UploadStats(
    long awaited,
    long waiting,
    long sending,
    long files,
    long bytes,
    long sent,
    long failed,
    long cancelled,
    long retries) {}
