package org.phonemirror.testnet.phone;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What the phone's network device is plugged into. */
public sealed interface PhoneNetwork {
  /**
   * QEMU's user-mode NAT, in which 10.0.2.2 is this host's 127.0.0.1. Needs no privilege; QEMU
   * answers ARP and DNS itself.
   *
   * @param copies gets a copy of all frames, in both directions and in order
   */
  record Nat(FramePort copies) implements PhoneNetwork {}

  /**
   * A cable: all that the phone sends comes here, and what is sent here reaches it.
   *
   * @param other what is at the other end
   */
  record Cable(FramePort other) implements PhoneNetwork {}

  /** User-mode NAT, and nobody looks. */
  static PhoneNetwork nat() {
    return new Nat(FramePort.NOBODY);
  }

  /** Where frames arrive; called by one thread from power-on to power-off. */
  interface FramePort {
    /** Takes no notice of anything. */
    FramePort NOBODY =
        new FramePort() {
          @Override
          public void up(FrameLink link) {}

          @Override
          public void received(ByteBuffer frame) {}

          @Override
          public void down() {}
        };

    /**
     * The phone is on; nothing was sent before.
     *
     * @param link to the phone; for a copy of its traffic, nothing can be sent on it
     */
    void up(FrameLink link) throws IOException;

    /** A frame has come, in a buffer that is valid for the call. */
    void received(ByteBuffer frame);

    /** The phone is off. */
    void down();
  }
}
