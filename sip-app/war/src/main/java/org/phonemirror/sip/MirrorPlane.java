package org.phonemirror.sip;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.sip.config.MirrorConfig;

/** Everything behind signalling: mirrors, their synchronization, profiles. */
public interface MirrorPlane extends AutoCloseable {
  /** Who wants to know of phones. */
  PhonePresence presence();

  /**
   * How its parts are, in the order in which to look at them.
   *
   * @param name of the part, one word
   * @param up whether it works
   * @param detail for people
   */
  record Part(String name, boolean up, String detail) {}

  /** How each of its parts is; does not wait. */
  List<Part> parts();

  /** How each mirror is. */
  CompletionStage<List<MirrorStatus>> status();

  /** Stops it; what is durable stays. */
  @Override
  void close();

  /** Makes one. */
  @FunctionalInterface
  interface Starter {
    /**
     * Servlet context attribute under which whoever embeds the application may put another starter
     * than {@link Composition#start}.
     */
    String ATTRIBUTE = "org.phonemirror.sip.MirrorPlane.Starter";

    /**
     * Starts it; may take its time.
     *
     * @throws Exception if it cannot be started; signalling then goes on without mirrors
     */
    MirrorPlane start(MirrorConfig config, PhoneMessenger messenger) throws Exception;
  }
}
