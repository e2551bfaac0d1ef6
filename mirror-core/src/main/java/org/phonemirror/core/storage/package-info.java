/**
 * User storage seen from outside the guest, as malware inside must not be able to hide, nor to
 * reach out. The image's content is a guest's: whatever is read of it is checked.
 */
package org.phonemirror.core.storage;
