/**
 * Copies phones that have been used before they were subscribed: what a mirror begins with, if that
 * is not the factory state (ADR 30).
 */
package org.phonemirror.core.clone;
