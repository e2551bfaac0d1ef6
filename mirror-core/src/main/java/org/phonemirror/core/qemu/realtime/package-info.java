/**
 * The driver {@code qemu-realtime}: mirrors of phone models whose images have no agent, such as
 * Android-x86. They run in real time; input goes in by QEMU's monitor, the network is the
 * gateway's, storage is read from the disk image.
 */
package org.phonemirror.core.qemu.realtime;
