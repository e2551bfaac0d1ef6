/** The log for support: the latest lines, in memory, and Android's own log. */
package org.phonemirror.app.log;
