package org.phonemirror.core.gateway.link;

import java.nio.ByteBuffer;

/** Takes Ethernet frames for the guest. */
public interface FrameSink {
  /**
   * Whether a frame of any size finds room. If not, one that is sent is lost, as in any network.
   */
  boolean hasRoom();

  /** Sends the frame that remains in a buffer. */
  void send(ByteBuffer frame);
}
