/**
 * How mirrors do and what they cost: seen at the ports that they work with, so that a mirror knows
 * nothing of it.
 */
package org.phonemirror.core.vitals;
