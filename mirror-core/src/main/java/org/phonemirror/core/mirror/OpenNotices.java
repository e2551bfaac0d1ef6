package org.phonemirror.core.mirror;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncCodec;

/**
 * Which notices ride on which acknowledgement. An acknowledgement may be lost, so that they ride
 * again when its message is sent again; the phone has them when it sends the next.
 */
final class OpenNotices {
  /** Most bytes of notices in one acknowledgement, which may come over a slow link. */
  private static final int MAX_BYTES = 32 * 1024;

  private long toldWith;
  private int told;

  /** How many of the oldest notices the phone has, when it sends this message. */
  int had(long sequence) {
    return sequence > toldWith ? told : 0;
  }

  /** So many are going to be added, and take the place of the oldest if there is no room. */
  void adding(MirrorState state, int count) {
    int dropped = state.notices().size() + count - MirrorState.MAX_NOTICES;
    told = Math.max(0, told - Math.max(0, dropped));
  }

  /** Those that the phone has are gone now. */
  void removed() {
    told = 0;
  }

  /** What rides on the acknowledgement of a message. */
  List<Notice> forMessage(long sequence, List<Notice> waiting) {
    List<Notice> riding = new ArrayList<>();
    int bytes = 0;
    for (Notice notice : waiting) {
      bytes += SyncCodec.length(notice);
      if (riding.size() == Limits.MAX_NOTICES || (bytes > MAX_BYTES && !riding.isEmpty())) {
        break;
      }
      riding.add(notice);
    }
    toldWith = sequence;
    told = riding.size();
    return riding;
  }
}
