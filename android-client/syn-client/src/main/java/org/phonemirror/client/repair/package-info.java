/** The phone's part in making its mirror's user storage equal to its own: it answers asks. */
package org.phonemirror.client.repair;
