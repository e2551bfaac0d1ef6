/** Where the input events come from, and how their stream is cut into intervals. */
package org.phonemirror.client.input;
