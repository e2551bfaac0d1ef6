/** What the screens' buttons do. */
package org.phonemirror.app.control;
