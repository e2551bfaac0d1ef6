/**
 * Makes an APK without an Android SDK: resources by aapt2, code by D8, signatures by apksig. The
 * same inputs give the same bytes, whenever and wherever it is made.
 */
package org.phonemirror.apk;
