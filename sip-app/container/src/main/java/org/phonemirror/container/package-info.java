/** The SIP servlet container (JSR 289), embedded and standalone. */
package org.phonemirror.container;
