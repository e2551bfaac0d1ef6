/** Gives cached files to phones by HTTP. */
package org.phonemirror.core.download.serve;
