package org.phonemirror.testnet.mms;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who has which address in the packet domain. A GGSN tells the relay so when a PDP context is
 * activated, by RADIUS accounting (TS 29.061 §16.3); here the test network does.
 */
public final class Callers {
  private static final int MAX_ADDRESSES = 100_000;

  private final Map<InetAddress, String> numbers = new ConcurrentHashMap<>();

  /**
   * A subscriber has got an address; who had it before has it no more.
   *
   * @param number in international format, for example {@code +15550001}
   */
  public void attach(InetAddress address, String number) {
    if (numbers.size() >= MAX_ADDRESSES && !numbers.containsKey(address)) {
      throw new IllegalStateException("more than " + MAX_ADDRESSES + " addresses are in use");
    }
    numbers.put(address, Numbers.international(number));
  }

  /** The address is nobody's any more. */
  public void detach(InetAddress address) {
    numbers.remove(address);
  }

  /** Whose it is. */
  Optional<String> number(InetAddress address) {
    return Optional.ofNullable(numbers.get(address));
  }
}
