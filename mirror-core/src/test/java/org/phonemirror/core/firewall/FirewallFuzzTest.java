package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Whatever flows carry is read or passed over, and what is read has the form that it should. */
class FirewallFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void dnsMessageIsReadOrNot(byte[] message) {
    DnsMessage.parse(message).ifPresent(FirewallFuzzTest::check);
  }

  private static void check(DnsMessage message) {
    assertThat(message.id()).isBetween(0, 0xffff);
    assertThat(message.question()).matches("[a-z0-9_.\\\\-]*");
    assertThat(message.names()).allMatch(name -> name.matches("[a-z0-9_.\\\\-]*"));
    assertThat(message.ttlSeconds()).isBetween(0L, (long) Integer.MAX_VALUE);
  }

  /** Pieces of a connection to a name server. */
  @FuzzTest(maxDuration = "60s")
  void dnsStreamIsReadOrNot(byte[] input) {
    List<DnsMessage> answers = new ArrayList<>();
    DnsStream stream = new DnsStream(new DnsReader(answers::add));
    pieces(input, stream::bytes);
    answers.forEach(FirewallFuzzTest::check);
  }

  /** Pieces of what a client sends. */
  @FuzzTest(maxDuration = "60s")
  void serverNameIsReadOrNot(byte[] input) {
    ClientHello hello = new ClientHello();
    pieces(
        input,
        (fromPhone, piece) ->
            hello
                .bytes(piece)
                .ifPresent(name -> assertThat(name).matches("[a-z0-9_-]+(\\.[a-z0-9_-]+)*")));
  }

  /** Pieces of an HTTP connection. */
  @FuzzTest(maxDuration = "60s")
  void downloadsAreReadOrNot(byte[] input) {
    List<String> digests = new ArrayList<>();
    HttpDownloads downloads = new HttpDownloads(1 << 16, digests::add);
    pieces(input, downloads::bytes);
    downloads.ended(true);
    downloads.ended(false);
    assertThat(digests).allMatch(digest -> digest.matches("[0-9a-f]{64}"));
  }

  /**
   * Each piece is behind its length in two bytes, whose highest bit says that it is the phone's.
   */
  private static void pieces(byte[] input, BiConsumer<Boolean, byte[]> reader) {
    ByteBuffer in = ByteBuffer.wrap(input);
    while (in.remaining() > 2) {
      short head = in.getShort();
      int length = Math.min(head & 0x7fff, in.remaining());
      int at = in.position();
      reader.accept(head < 0, Arrays.copyOfRange(input, at, at + length));
      in.position(at + length);
    }
  }
}
