/** What a phone's user does at its input devices, for machines that take no evdev events. */
package org.phonemirror.core.input;
