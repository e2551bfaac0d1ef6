/** A client of ClamAV's scanning daemon. */
package org.phonemirror.core.antivirus.clamd;
