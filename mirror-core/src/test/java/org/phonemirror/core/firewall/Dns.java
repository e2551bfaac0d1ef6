package org.phonemirror.core.firewall;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** DNS messages, built octet by octet after RFC 1035, without anything of what reads them. */
public final class Dns {
  private final ByteArrayOutputStream records = new ByteArrayOutputStream();
  private final int id;
  private final byte[] question;
  private int count;

  private Dns(int id, byte[] question) {
    this.id = id;
    this.question = question;
  }

  public static Dns about(int id, String name) {
    return new Dns(id, name(name));
  }

  /** A name of ASCII labels. */
  public static byte[] name(String text) {
    ByteArrayOutputStream name = new ByteArrayOutputStream();
    for (String label : text.split("\\.", -1)) {
      byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
      name.write(octets.length);
      name.writeBytes(octets);
    }
    name.write(0);
    return name.toByteArray();
  }

  public Dns alias(String owner, String target) {
    return record(name(owner), 5, 300, name(target));
  }

  public Dns address(String owner, String address, long ttl) {
    try {
      byte[] octets = InetAddress.getByName(address).getAddress();
      return record(name(owner), octets.length == 4 ? 1 : 28, ttl, octets);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e);
    }
  }

  public Dns record(byte[] owner, int type, long ttl, byte[] data) {
    records.writeBytes(owner);
    records.writeBytes(
        ByteBuffer.allocate(10)
            .putShort((short) type)
            .putShort((short) 1)
            .putInt((int) ttl)
            .putShort((short) data.length)
            .array());
    records.writeBytes(data);
    count++;
    return this;
  }

  public byte[] query() {
    return message(0x0100, 0);
  }

  public byte[] answer() {
    return message(0x8180, count);
  }

  /** With other flags, and a number of records that need not be true. */
  public byte[] message(int flags, int answers) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(
        ByteBuffer.allocate(12)
            .putShort((short) id)
            .putShort((short) flags)
            .putShort((short) 1)
            .putShort((short) answers)
            .putInt(0)
            .array());
    message.writeBytes(question);
    message.writeBytes(new byte[] {0, 1, 0, 1});
    if (answers > 0) {
      message.writeBytes(records.toByteArray());
    }
    return message.toByteArray();
  }
}
