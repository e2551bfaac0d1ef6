/** Copies a phone that was used before its mirror began (ADR 30). */
package org.phonemirror.client.clone;
