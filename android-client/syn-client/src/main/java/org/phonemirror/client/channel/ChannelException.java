package org.phonemirror.client.channel;

/** The server gave no answer that can be used; the text says why. Trying later may help. */
public final class ChannelException extends Exception {
  private static final long serialVersionUID = 1L;

  public ChannelException(String message) {
    super(message);
  }

  public ChannelException(String message, Throwable cause) {
    super(message, cause);
  }
}
