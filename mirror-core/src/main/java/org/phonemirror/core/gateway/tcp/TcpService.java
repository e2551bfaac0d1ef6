package org.phonemirror.core.gateway.tcp;

/** Decides on the guest's connections. */
public interface TcpService {
  /** What becomes of an attempt to connect. */
  enum Answer {
    ACCEPT,
    /** By a RST. */
    REFUSE,
    /** Nothing. */
    SILENCE
  }

  /**
   * An attempt; asked again when the guest tries again.
   *
   * @param opening how many accepted ones to there are not open yet
   */
  Answer attempted(TcpEnds ends, int opening, long now);

  /**
   * A connection is open.
   *
   * @return gets what the guest does on it
   */
  TcpUser opened(TcpConnection connection, long now);
}
