package org.phonemirror.core.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.qemu.ShellUser.SECOND;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TapeWriter;

/**
 * A letter is read in a mailbox on a server (RFC 3501), by mutt on the reference phone. What was
 * said is as the phone's mutt and Dovecot said it: the challenge (CRAM-MD5, RFC 2195) is of that
 * moment and of chance, and the mirror's response to it must be the phone's.
 */
class MailboxReplayTest extends OnReferencePhonesShell {
  private static final String SERVER = "10.0.2.2";
  private static final int PORT = 1143;
  private static final String READ =
      "mutt -e 'set ssl_force_tls=no' -f imap://user:secret@10.0.2.2:1143/ -e 'push "
          + "\"*<display-message>C<kill-line>/data/mail/ferry<enter>yqq\"'";

  @Test
  void aLetterIsReadAndCopied() throws Exception {
    long at = user.typed(READ);
    TapeWriter.Tcp connection =
        TapeWriter.of(user.start(), at + 15 * SECOND).tcp(SERVER, PORT, at + SECOND);
    long micros = at + SECOND;
    for (String part : conversation().split("(?m)^(?=[CS]: )", -1)) {
      String said = part.replaceFirst("^[CS]: ", "");
      if (part.startsWith("C: ")) {
        connection.sends(said);
      } else {
        micros += SECOND / 4;
        connection.gets(micros, said);
      }
    }
    Tape tape = connection.closed().tape();
    NetworkReport report = user.type(READ, 15 * SECOND, tape).network();

    assertThat(report.flows()).hasSize(1).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unrecorded()).isEmpty();
    assertThat(user.file("../mail/ferry"))
        .startsWith("From user@phone.example Mon Nov 23 04:11:30 2026\n")
        .contains("Subject: Ferry\n", "Status: RO\n")
        .endsWith("\n\nIt leaves at nine.\n\n");
  }

  private static String conversation() throws IOException {
    try (InputStream in = MailboxReplayTest.class.getResourceAsStream("mailbox.txt")) {
      return new String(in.readAllBytes(), US_ASCII).replace("\n", "\r\n");
    }
  }
}
