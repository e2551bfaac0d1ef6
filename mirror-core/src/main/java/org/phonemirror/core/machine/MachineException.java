package org.phonemirror.core.machine;

/** A machine can't do what was asked; the text says why and, where there is one, the remedy. */
public final class MachineException extends Exception {
  private static final long serialVersionUID = 1L;

  public MachineException(String message) {
    super(message);
  }

  public MachineException(String message, Throwable cause) {
    super(message, cause);
  }
}
