/** The server's configuration file. */
package org.phonemirror.sip.config;
