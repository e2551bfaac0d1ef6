package org.phonemirror.core.mirror;

import java.util.List;
import java.util.Optional;
import org.phonemirror.sync.SyncMessage;

/**
 * The messages that a mirror has yet to replay. Its state holds those since the newest checkpoint;
 * when it goes on from an older one, those before that come from the journal, some at a time.
 */
final class Backlog {
  private List<SyncMessage> read = List.of();

  /** Takes messages that were read from the journal instead of those before. */
  void read(List<SyncMessage> messages) {
    read = List.copyOf(messages);
  }

  /** The message after a position; empty if there is none, or it has to be read first. */
  Optional<SyncMessage> after(MirrorState state, long position) {
    Optional<SyncMessage> next = state.after(position).filter(m -> m.sequence() == position + 1);
    if (next.isPresent()) {
      return next;
    }
    return read.stream()
        .filter(m -> m.sequence() == position + 1 && m.sequence() <= state.stream().last())
        .findFirst();
  }
}
