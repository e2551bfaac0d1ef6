package org.phonemirror.testnet.story;

import java.io.IOException;
import org.phonemirror.testnet.phone.Typist;

/** A user at the phone's command line. */
final class Shell {
  private static final int ENTRY = 5;

  private final Typist user;

  private Shell(Typist user) {
    this.user = user;
  }

  /** Chooses it on the home screen. */
  static Shell open(Typist user) throws IOException {
    for (int i = 0; i < ENTRY; i++) {
      user.key("down");
    }
    user.key("ret").pause(2500);
    return new Shell(user);
  }

  Shell line(String command) throws IOException {
    user.type(command + "\n").pause(600);
    return this;
  }
}
