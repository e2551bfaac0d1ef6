/**
 * The antivirus service: contents of mirrors' user storage go to clamd once, whoever holds them,
 * and what it says is kept by their hashes.
 */
package org.phonemirror.core.antivirus;
