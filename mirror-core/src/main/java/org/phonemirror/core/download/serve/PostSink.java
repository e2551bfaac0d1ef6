package org.phonemirror.core.download.serve;

import java.io.IOException;
import java.util.Optional;
import org.phonemirror.sync.MalformedMessageException;

/** Port: takes what is posted to a capability's address, {@code POST /clone/<token>}. */
@FunctionalInterface
public interface PostSink {
  /** Path of the addresses, before the token. */
  String PATH = "clone/";

  /** Knows no capability. */
  PostSink NONE = (token, body) -> Optional.empty();

  /**
   * Takes a message. Blocks for as long as the disk does.
   *
   * @return what to answer; empty if there is no such capability
   * @throws MalformedMessageException if the message can't be read
   */
  Optional<byte[]> post(String token, byte[] body) throws IOException, MalformedMessageException;
}
