package org.phonemirror.core.firewall;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A DNS message (RFC 1035 §4.1), as far as it tells names of addresses.
 *
 * <p>Names are written in lower case without the dot at their end. Octets that are no letters,
 * digits, dashes or underscores are written as {@code \DDD}, dots in labels among them: so a name
 * can be cut at its dots, and shown to people and in logs.
 *
 * @param id by which an answer is known to belong to its question
 * @param response whether it is an answer
 * @param question name that is asked for
 * @param names that the answer gives the addresses: the question and where aliases led from it
 * @param addresses of the last of these names
 * @param ttlSeconds for how long the answer says that it is valid
 */
record DnsMessage(
    int id,
    boolean response,
    String question,
    List<String> names,
    List<InetAddress> addresses,
    long ttlSeconds) {
  private static final int HEADER = 12;
  private static final int INTERNET = 1;
  private static final int A = 1;
  private static final int CNAME = 5;
  private static final int AAAA = 28;
  private static final int MAX_NAME = 255;
  private static final int MAX_RECORDS = 128;
  private static final int MAX_ALIASES = 16;

  /** A record that leads to another name or to an address. */
  private record Entry(String owner, long ttl, String alias, InetAddress address) {}

  /** Thrown within this class where a message can't be read. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed() {
      super("malformed", null, false, false);
    }
  }

  /** Reads a question, or an answer to one; empty if it is neither. */
  static Optional<DnsMessage> parse(byte[] message) {
    try {
      return new Reader(message).message();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  private static final class Reader {
    private final byte[] data;
    private int at;

    Reader(byte[] data) {
      this.data = data;
    }

    Optional<DnsMessage> message() throws Malformed {
      check(data.length >= HEADER);
      int id = u16();
      int flags = u16();
      int questions = u16();
      int answers = u16();
      at = HEADER;
      boolean response = (flags & 0x8000) != 0;
      boolean query = (flags & 0x7800) == 0;
      if (!query || questions != 1) {
        return Optional.empty();
      }
      String question = name();
      at += 2;
      check(u16() == INTERNET);
      if (!response) {
        return Optional.of(new DnsMessage(id, false, question, List.of(), List.of(), 0));
      }
      List<Entry> records = new ArrayList<>();
      boolean failed = (flags & 0xf) != 0;
      for (int i = 0; !failed && i < Math.min(answers, MAX_RECORDS) && at < data.length; i++) {
        record().ifPresent(records::add);
      }
      return Optional.of(answer(id, question, records));
    }

    private Optional<Entry> record() throws Malformed {
      String owner = name();
      int type = u16();
      int dnsClass = u16();
      long ttl = (long) u16() << 16 | u16();
      int length = u16();
      int end = at + length;
      check(end <= data.length);
      Optional<Entry> record = Optional.empty();
      if (dnsClass == INTERNET && type == CNAME) {
        record = Optional.of(new Entry(owner, ttl, name(), null));
      } else if (dnsClass == INTERNET
          && ((type == A && length == 4) || (type == AAAA && length == 16))) {
        record = Optional.of(new Entry(owner, ttl, null, address(length)));
      }
      at = end;
      return record;
    }

    private InetAddress address(int length) throws Malformed {
      try {
        return InetAddress.getByAddress(Arrays.copyOfRange(data, at, at + length));
      } catch (UnknownHostException e) {
        throw new Malformed();
      }
    }

    /** Compression may lead back only, so that there is an end to it. */
    private String name() throws Malformed {
      StringBuilder name = new StringBuilder();
      int octets = 0;
      int place = at;
      int lowest = at;
      boolean jumped = false;
      while (true) {
        check(place < data.length);
        int length = data[place] & 0xff;
        if ((length & 0xc0) == 0xc0) {
          check(place + 1 < data.length);
          int target = (length & 0x3f) << 8 | (data[place + 1] & 0xff);
          check(target < lowest);
          at = jumped ? at : place + 2;
          jumped = true;
          place = target;
          lowest = target;
          continue;
        }
        check((length & 0xc0) == 0 && place + 1 + length <= data.length);
        octets += 1 + length;
        check(octets <= MAX_NAME);
        place++;
        if (length == 0) {
          at = jumped ? at : place;
          return name.toString();
        }
        append(name, place, length);
        place += length;
      }
    }

    private void append(StringBuilder name, int from, int length) {
      if (name.length() > 0) {
        name.append('.');
      }
      for (int i = from; i < from + length; i++) {
        int octet = data[i] & 0xff;
        if (octet >= 'A' && octet <= 'Z') {
          name.append((char) (octet - 'A' + 'a'));
        } else if ((octet >= 'a' && octet <= 'z')
            || (octet >= '0' && octet <= '9')
            || octet == '-'
            || octet == '_') {
          name.append((char) octet);
        } else {
          name.append('\\');
          name.append((char) ('0' + octet / 100));
          name.append((char) ('0' + octet / 10 % 10));
          name.append((char) ('0' + octet % 10));
        }
      }
    }

    private int u16() throws Malformed {
      check(at + 2 <= data.length);
      int value = (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
      at += 2;
      return value;
    }

    private static void check(boolean good) throws Malformed {
      if (!good) {
        throw new Malformed();
      }
    }
  }

  /** Follows aliases from the question; records that they do not lead to are left out. */
  private static DnsMessage answer(int id, String question, List<Entry> records) {
    Set<String> names = new LinkedHashSet<>(List.of(question));
    String last = question;
    long ttl = Long.MAX_VALUE;
    for (int i = 0; i < MAX_ALIASES; i++) {
      String owner = last;
      Optional<Entry> alias =
          records.stream()
              .filter(record -> record.alias() != null && record.owner().equals(owner))
              .findFirst();
      if (alias.isEmpty() || !names.add(alias.get().alias())) {
        break;
      }
      ttl = Math.min(ttl, alias.get().ttl());
      last = alias.get().alias();
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (Entry record : records) {
      if (record.address() != null && record.owner().equals(last)) {
        addresses.add(record.address());
        ttl = Math.min(ttl, record.ttl());
      }
    }
    // one with the highest bit means nothing (RFC 2181 §8)
    long believed = ttl > Integer.MAX_VALUE ? 0 : ttl;
    return new DnsMessage(id, true, question, List.copyOf(names), addresses, believed);
  }
}
