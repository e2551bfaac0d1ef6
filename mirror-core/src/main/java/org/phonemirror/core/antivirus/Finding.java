package org.phonemirror.core.antivirus;

/**
 * Something that was found on a phone.
 *
 * @param path in its user storage
 * @param sha256 of the content, in lower-case hexadecimal
 * @param signature that matched
 * @param action that the phone was told: {@code report} or {@code quarantine}
 * @param state {@code told}; {@code quarantined} or {@code failed} as soon as the phone says so
 */
public record Finding(String path, String sha256, String signature, String action, String state) {}
