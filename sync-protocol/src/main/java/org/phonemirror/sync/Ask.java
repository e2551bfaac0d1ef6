package org.phonemirror.sync;

import org.phonemirror.sync.delta.Signature;

/**
 * What the server wants to know of the phone's user storage, to make the mirror's equal. It rides
 * on an {@link Acknowledgement}, and the {@link Answer} on a later {@link Batch}.
 */
public sealed interface Ask permits Ask.Compare, Ask.Fetch {
  /** Path below the top of user storage. */
  String path();

  /**
   * What is different below this directory?
   *
   * @param path of a directory
   * @param mirror what the mirror has there
   */
  record Compare(String path, EntrySet mirror) implements Ask {
    public Compare {
      Check.path(path);
    }
  }

  /**
   * What is in this file, from the signature's offset on?
   *
   * @param path of a file
   * @param mirror blocks of the mirror's version
   */
  record Fetch(String path, Signature mirror) implements Ask {
    public Fetch {
      Check.path(path);
    }
  }
}
