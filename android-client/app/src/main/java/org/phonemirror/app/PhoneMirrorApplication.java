package org.phonemirror.app;

import android.app.Application;

/** The app's process. */
public final class PhoneMirrorApplication extends Application {}
