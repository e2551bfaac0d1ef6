/** The ports between the mirrors and the network's signalling. */
package org.phonemirror.core.signalling;
