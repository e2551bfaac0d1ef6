package org.phonemirror.testnet.story;

import java.io.IOException;
import java.time.Duration;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.Typist;

/** A user at the phone's command line. */
final class Shell {
  private static final int ENTRY = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Typist user;

  private Shell(Typist user) {
    this.user = user;
  }

  /** Looks for it on the home screen of a phone, and at its prompt. */
  static Shell open(PhoneGuest phone) throws IOException {
    phone.awaitText("Choose a program", PATIENCE);
    Shell shell = new Shell(phone.typist());
    shell.choose();
    phone.awaitText("bash-", PATIENCE);
    return shell;
  }

  /** Chooses it on the home screen of a phone that needs no looking at. */
  static Shell open(Typist user) throws IOException {
    Shell shell = new Shell(user);
    shell.choose();
    user.pause(2500);
    return shell;
  }

  private void choose() throws IOException {
    for (int i = 0; i < ENTRY; i++) {
      user.key("down");
    }
    user.key("ret");
  }

  Shell line(String command) throws IOException {
    user.type(command + "\n").pause(600);
    return this;
  }
}
