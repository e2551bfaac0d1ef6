package org.phonemirror.testnet.mms;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who calls. A GGSN tells the relay which subscriber has which address when a PDP context is
 * activated, by RADIUS accounting (TS 29.061 §16.3); here the test network does. A gateway behind
 * which several phones have one address adds {@code X-MSISDN} to their requests.
 */
public final class Callers {
  /** Header field of a gateway: the telephone number. */
  static final String HEADER = "X-MSISDN";

  private static final int MAX_ADDRESSES = 100_000;

  private final Map<InetAddress, String> numbers = new ConcurrentHashMap<>();
  private final Set<InetAddress> gateways = ConcurrentHashMap.newKeySet();

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

  /** Requests from there may tell whose they are; those that do not are of who has the address. */
  public void trust(InetAddress gateway) {
    gateways.add(gateway);
  }

  /**
   * Whose request it is.
   *
   * @param header what the request itself tells
   */
  Optional<String> number(InetAddress address, Optional<String> header) {
    return header
        .filter(number -> gateways.contains(address))
        .flatMap(Numbers::ofAddress)
        .or(() -> Optional.ofNullable(numbers.get(address)));
  }
}
