package org.phonemirror.core.download.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Port: the addresses of a host. */
@FunctionalInterface
public interface Resolver {
  /** That of the machine. */
  Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /** At least one address. */
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
