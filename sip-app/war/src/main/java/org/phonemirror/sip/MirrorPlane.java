package org.phonemirror.sip;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.RebuildStatus;
import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionRecorder;
import org.phonemirror.sip.config.MirrorConfig;

/** Everything behind signalling: mirrors, their synchronization, profiles. */
public interface MirrorPlane extends AutoCloseable {
  /** Who wants to know of phones. */
  PhonePresence presence();

  /** Whether a subscriber has a mirror, as far as is known here; asks nobody. */
  boolean isMirrored(Impu subscriber);

  /** Who takes what the sessions of mirrored subscribers carry. */
  SessionRecorder recorder();

  /**
   * URI of the S-CSCF that the network has assigned to a subscriber; empty if none is, as for a
   * phone that is off.
   *
   * @return fails if it cannot be had now
   */
  CompletionStage<Optional<String>> servingCscf(Impu subscriber);

  /**
   * How a part of it is.
   *
   * @param name of the part, one word
   * @param detail for people: what was seen, and what to do if it is not {@link State#OK}
   */
  record Part(String name, State state, String detail) {}

  /** How a part is; the worse comes later. */
  enum State {
    OK,
    /** Something to look after, but the server does its work. */
    DEGRADED,
    /** It does not do its work. */
    FAILED
  }

  /** How each of its parts is; takes little more than a second. */
  List<Part> parts();

  /** How each mirror is. */
  CompletionStage<List<MirrorStatus>> status();

  /**
   * How each mirror is, and what it costs.
   *
   * @param whose a public identity, MSISDN or IMSI; empty for all
   * @return empty if there is none of that subscriber
   */
  CompletionStage<List<MirrorReport>> reports(Optional<String> whose);

  /** Distributions over all mirrors, in the text format of Prometheus. */
  String scrape();

  /**
   * How it goes to build a mirror again; answers at once.
   *
   * @param order whether to begin with it
   */
  CompletionStage<RebuildStatus> rebuild(Impu subscriber, boolean order);

  /** How the services are. */
  ServiceFigures services();

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
