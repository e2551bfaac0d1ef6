package org.phonemirror.client.input;

import java.io.Closeable;

/**
 * Port: the phone's input devices. A source is open when it has been made, so that from then on the
 * kernel keeps what happens; it delivers once it is started.
 *
 * <p>Two reports of one device never have the same time, since equal times would make them one
 * report to whoever injects them (see {@link org.phonemirror.sync.InputEvent}).
 */
public interface InputSource extends Closeable {
  /** Begins to deliver, on threads of its own, until it is closed. */
  void start(InputSink sink);
}
