package org.phonemirror.app.ui;

import android.app.Activity;

/** What the owner sees first. */
public final class MainActivity extends Activity {}
