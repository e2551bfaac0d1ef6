package org.phonemirror.client;

/** Port: tells whether user storage may have changed, so that it need not be walked in vain. */
@FunctionalInterface
public interface StorageWatch {
  /** The answer of whoever can't tell. */
  long UNKNOWN = -1;

  /** Of a phone that can't be watched. */
  StorageWatch NONE = () -> UNKNOWN;

  /**
   * A number that is another one after each change below the user storage's top directory, soon
   * after it; or {@link #UNKNOWN}. Called on the engine's thread.
   */
  long changes();
}
