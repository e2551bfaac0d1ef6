/** What the owner has decided, and what the app has to remember. */
package org.phonemirror.app.settings;
