package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsStreamTest {
  private static final Dns ONE = Dns.about(1, "one.example").address("one.example", "192.0.2.1", 9);
  private static final Dns TWO = Dns.about(2, "two.example").address("two.example", "192.0.2.2", 9);

  private final List<DnsMessage> answers = new ArrayList<>();
  private final DnsStream stream = new DnsStream(new DnsReader(answers::add));

  private static byte[] stream(byte[]... messages) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      stream.write(message.length >> 8);
      stream.write(message.length);
      stream.writeBytes(message);
    }
    return stream.toByteArray();
  }

  @Test
  void messagesAreReadHoweverTheyAreCut() {
    byte[] questions = stream(ONE.query(), TWO.query());
    byte[] both = stream(TWO.answer(), ONE.answer());
    for (int size = 1; size <= both.length; size++) {
      answers.clear();
      for (int at = 0; at < questions.length; at += size) {
        int end = Math.min(at + size, questions.length);
        stream.bytes(true, Arrays.copyOfRange(questions, at, end));
      }
      for (int at = 0; at < both.length; at += size) {
        int end = Math.min(at + size, both.length);
        stream.bytes(false, Arrays.copyOfRange(both, at, end));
      }
      assertThat(answers)
          .as("pieces of %d bytes", size)
          .extracting(DnsMessage::question)
          .containsExactly("two.example", "one.example");
    }
  }

  @Test
  void whatNobodyAskedForIsNotBelieved() {
    stream.bytes(false, stream(new byte[0], ONE.answer()));
    assertThat(answers).isEmpty();
  }

  @Test
  void itIsOverWhenTheNameServerHasEnded() {
    stream.ended(true);
    assertThat(stream.hasEnded()).isFalse();
    stream.ended(false);
    assertThat(stream.hasEnded()).isTrue();
  }
}
