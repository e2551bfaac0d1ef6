package org.phonemirror.client.channel;

/** Port: what the phone's link is. Asked before each message, on the channel's thread. */
@FunctionalInterface
public interface LinkState {
  /** Of a phone that can't tell. */
  LinkState UNKNOWN = () -> Link.OTHER;

  /** What it is now; {@link Link#OTHER} if that is not known, or may not be. */
  Link link();
}
