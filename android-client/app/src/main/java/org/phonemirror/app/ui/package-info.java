/**
 * The screens: platform activities that show an {@link org.phonemirror.app.model.AppState} and hand
 * what is touched to {@link org.phonemirror.app.model.MirrorControl}. They decide nothing.
 */
package org.phonemirror.app.ui;
