/** The Android app: what surrounds the Syn-Client's engine on a phone. */
package org.phonemirror.app;
