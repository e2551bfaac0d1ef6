/** The Syn-Client's engine as the app runs it: sessions, rules of sending, what it costs. */
package org.phonemirror.app.sync;
