package org.phonemirror.core.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.core.gateway.TestGuest.SECOND;
import static org.phonemirror.core.gateway.TestGuest.START;

import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.NetworkReport;
import org.phonemirror.core.tape.TapeWriter;

/** A resolver's questions over TCP, whose identifiers are others than the phone's. */
class NamesOverTcpTest {
  private static final String NAMES = "192.0.2.53";

  private final TestGuest guest = new TestGuest();

  private static TapeWriter tape() {
    return TapeWriter.of(START, START + 10 * SECOND);
  }

  /** A message (RFC 1035 §4.2.2), as far as it matters here. */
  private static String message(int id, String text) {
    int length = 2 + text.length();
    return ""
        + (char) (length >> 8)
        + (char) (length & 0xff)
        + (char) (id >> 8)
        + (char) (id & 0xff)
        + text;
  }

  @Test
  void answersHaveTheMirrorsIdentifiersInWhateverOrderTheyCome() {
    String answers = message(0x2222, "no AAAA") + message(0x1111, "an A");
    guest.begin(
        tape()
            .tcp(NAMES, 53, START)
            .sends(message(0x1111, "A?") + message(0x2222, "AAAA?"))
            .gets(START, answers.substring(0, 13))
            .gets(START + SECOND, answers.substring(13))
            .closed()
            .tape());
    TestConnection connection =
        guest.connect(NAMES, 53).send(message(0x0102, "A?") + message(0xfefd, "AAAA?"));
    assertThat(connection.receive()).startsWith(message(0xfefd, "no AAAA"));
    guest.pass(2 * SECOND);
    assertThat(connection.receive())
        .isEqualTo(message(0xfefd, "no AAAA") + message(0x0102, "an A"));
    NetworkReport report = guest.end(1);
    assertThat(report.flows()).hasSize(1).allMatch(NetworkReport.Flow::isFaithful);
    assertThat(report.unrecorded()).isEmpty();
  }

  @Test
  void connectionsAreKnownByTheirQuestions() {
    TapeWriter tape = tape();
    for (String name : new String[] {"one", "two"}) {
      String question = message(name.charAt(0), name);
      tape.tcp(NAMES, 53, START).sends(question).gets(START, question).done();
    }
    guest.begin(tape.tape());
    TestConnection two = guest.connect(NAMES, 53);
    TestConnection one = guest.connect(NAMES, 53);
    assertThat(two.send(message(7, "two")).receive()).isEqualTo(message(7, "two"));
    assertThat(one.send(message(8, "one")).receive()).isEqualTo(message(8, "one"));
    assertThat(guest.end(1).flows()).hasSize(2).allMatch(NetworkReport.Flow::isFaithful);
  }

  @Test
  void anotherQuestionIsAMismatch() {
    guest.begin(
        tape()
            .tcp(NAMES, 53, START)
            .sends(message(1, "one"))
            .gets(START, message(1, "answer"))
            .done()
            .tape());
    TestConnection connection = guest.connect(NAMES, 53).send(message(7, "eno"));
    guest.pass(2 * SECOND);
    assertThat(connection.receive()).isEqualTo(message(7, "answer"));
    assertThat(guest.end(1).flows().get(0).firstMismatch()).isEqualTo(4);
  }
}
