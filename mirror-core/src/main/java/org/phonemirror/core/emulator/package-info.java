/**
 * Mirrors in Android Emulators: input, snapshots and status by the emulator's gRPC services, user
 * storage by adb. The emulator itself comes with the Android SDK of the host.
 */
package org.phonemirror.core.emulator;
