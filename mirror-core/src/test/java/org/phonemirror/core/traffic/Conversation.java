package org.phonemirror.core.traffic;

/** A TCP connection of the phone, segment by segment: places are counted from the first bytes. */
final class Conversation {
  private final TestTap tap;
  private final String phone;
  private final String server;
  private final int phonePort;
  private final long phoneStart;
  private final long serverStart;

  Conversation(TestTap tap, int phonePort) {
    this(tap, TestTap.PHONE, TestTap.SERVER, phonePort, 1_000, 5_000);
  }

  Conversation(
      TestTap tap, String phone, String server, int phonePort, long phoneStart, long serverStart) {
    this.tap = tap;
    this.phone = phone;
    this.server = server;
    this.phonePort = phonePort;
    this.phoneStart = phoneStart;
    this.serverStart = serverStart;
  }

  Conversation open() {
    syn();
    synAck();
    return phone(0, 0, "A", "");
  }

  Conversation syn() {
    return phone(-1, 0, "S", "");
  }

  Conversation synAck() {
    return network(-1, 0, "SA", "");
  }

  /** A segment of the phone: its place, the place that it acknowledges, flags and payload. */
  Conversation phone(long place, long ack, String flags, String payload) {
    tap.packet(fromPhone(place, ack, flags, payload));
    return this;
  }

  Conversation network(long place, long ack, String flags, String payload) {
    tap.packet(fromNetwork(place, ack, flags, payload));
    return this;
  }

  byte[] fromPhone(long place, long ack, String flags, String payload) {
    return Packets.ip(
        phone,
        server,
        6,
        Packets.tcp(
            phonePort,
            80,
            phoneStart + place,
            flags.contains("A") ? serverStart + ack : 0,
            flags,
            TestTap.text(payload)));
  }

  byte[] fromNetwork(long place, long ack, String flags, String payload) {
    return Packets.ip(
        server,
        phone,
        6,
        Packets.tcp(
            80,
            phonePort,
            serverStart + place,
            flags.contains("A") ? phoneStart + ack : 0,
            flags,
            TestTap.text(payload)));
  }
}
