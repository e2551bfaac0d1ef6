package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DnsMessageTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void aliasesLeadToTheAddresses() throws Exception {
    DnsMessage answer =
        read(
            Dns.about(7, "WWW.Example.com")
                .alias("www.example.com", "edge.cdn.example")
                .alias("edge.cdn.example", "a.cdn.example")
                .address("a.cdn.example", "192.0.2.7", 60)
                .address("a.cdn.example", "2001:db8::7", 30)
                .address("bank.example", "192.0.2.99", 60)
                .answer());
    assertThat(answer.id()).isEqualTo(7);
    assertThat(answer.names())
        .containsExactly("www.example.com", "edge.cdn.example", "a.cdn.example");
    assertThat(answer.addresses())
        .as("what no alias leads to is not believed")
        .containsExactly(InetAddress.getByName("192.0.2.7"), InetAddress.getByName("2001:db8::7"));
    assertThat(answer.ttlSeconds()).isEqualTo(30);
  }

  @Test
  void namesAreUncompressedAndAliasesMayGoInCircles() {
    byte[] toQuestion = {(byte) 0xc0, 12};
    DnsMessage answer =
        read(
            Dns.about(1, "a.example")
                .record(toQuestion, 5, 10, Dns.name("b.example"))
                .alias("b.example", "a.example")
                .record(toQuestion, 1, 10, new byte[] {1, 2, 3, 4})
                .address("b.example", "192.0.2.1", 10)
                .answer());
    assertThat(answer.names()).containsExactly("a.example", "b.example");
    assertThat(answer.addresses())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("192.0.2.1");
  }

  @Test
  void hostileNamesCantPassForOthers() {
    DnsMessage answer = read(Dns.about(1, "evil\u0000\n\u001b[2J\u00ff.Ads.example").query());
    assertThat(answer.question()).isEqualTo("evil\\000\\010\\027\\0912j\\255.ads.example");
    byte[] dotInLabel = Dns.about(1, "xxxxxxxxxxx").message(0x0100, 0);
    System.arraycopy("ads.example".getBytes(StandardCharsets.US_ASCII), 0, dotInLabel, 13, 11);
    assertThat(read(dotInLabel).question()).isEqualTo("ads\\046example");
  }

  @Test
  void whatCantBeReadIsNotRead() {
    byte[] self = Dns.about(1, "a").message(0x0100, 0);
    self[12] = (byte) 0xc0;
    self[13] = 12;
    assertThat(DnsMessage.parse(self)).as("points to itself").isEmpty();
    byte[] answer =
        Dns.about(1, "a.example").address("a.example", "192.0.2.1", 10).message(0x8180, 9);
    for (int length = 0; length < answer.length; length++) {
      byte[] cut = Arrays.copyOf(answer, length);
      assertThat(DnsMessage.parse(cut).filter(m -> !m.addresses().isEmpty())).isEmpty();
    }
    assertThat(read(answer).addresses()).as("fewer records than it says").hasSize(1);
    Dns endless = Dns.about(1, "a.example");
    for (int i = 0; i < 1000; i++) {
      endless.address("a.example", "10.0." + i / 250 + "." + i % 250, 10);
    }
    assertThat(read(endless.answer()).addresses()).hasSize(128);
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = answer.clone();
      noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      DnsMessage.parse(noise).ifPresent(m -> assertThat(m.question()).isPrintable());
    }
  }

  @Test
  void failuresNameNothing() {
    byte[] failed =
        Dns.about(1, "a.example").address("a.example", "192.0.2.1", 10).message(0x8183, 1);
    assertThat(read(failed).addresses()).isEmpty();
  }

  @Test
  void anAnswerIsBelievedForNoMomentAndNotForever() throws Exception {
    InetAddress address = InetAddress.getByName("192.0.2.1");
    LearnedNames names = new LearnedNames(10, new LearnedNames.Room(10));
    names.learn(
        read(Dns.about(1, "a.example").address("a.example", "192.0.2.1", 0).answer()), NOON);
    assertThat(names.of(address, NOON.plusSeconds(60))).containsExactly("a.example");
    assertThat(names.of(address, NOON.plus(Duration.ofMinutes(6)))).isEmpty();
    names.learn(
        read(Dns.about(1, "b.example").address("b.example", "192.0.2.1", 0x7fffffff).answer()),
        NOON);
    assertThat(names.of(address, NOON.plus(Duration.ofHours(23)))).containsExactly("b.example");
    names.expire(NOON.plus(Duration.ofHours(25)));
    assertThat(names.size()).isZero();
    DnsMessage negative =
        read(Dns.about(1, "c.example").address("c.example", "192.0.2.1", 0xffffffffL).answer());
    assertThat(negative.ttlSeconds()).isZero();
  }

  @Test
  void whatIsRememberedIsBounded() {
    LearnedNames.Room room = new LearnedNames.Room(12);
    LearnedNames mine = new LearnedNames(8, room);
    LearnedNames others = new LearnedNames(8, room);
    for (int i = 0; i < 100; i++) {
      mine.learn(answer("n" + i + ".example", "10.0.0." + i), NOON);
    }
    assertThat(mine.size()).isEqualTo(8);
    for (int i = 0; i < 100; i++) {
      others.learn(answer("m" + i + ".example", "10.0.1." + i), NOON);
    }
    assertThat(others.size()).isEqualTo(4);
    mine.clear();
    for (int i = 0; i < 100; i++) {
      others.learn(answer("same" + i + ".example", "10.0.1.1"), NOON);
    }
    List<String> names = new ArrayList<>(others.of(address("10.0.1.1"), NOON));
    assertThat(names).hasSize(32).endsWith("same99.example");
  }

  private static DnsMessage answer(String name, String address) {
    return read(Dns.about(1, name).address(name, address, 60).answer());
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static DnsMessage read(byte[] message) {
    return DnsMessage.parse(message).orElseThrow();
  }
}
