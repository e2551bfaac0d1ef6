package org.phonemirror.testnet.sgsn;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * An access point that phones open a context on when they are switched on.
 *
 * <p>A phone has an address for each context, and a program uses the context whose address it binds
 * to. The reference phone has one address for all; so here a packet's destination tells its
 * context, and the context's address takes the place of the phone's on the way to the GGSN.
 *
 * @param nsapi the context's number within the phone
 * @param apn name of the access point
 * @param server what is reached by this context only; empty for the context of all the rest
 */
public record AccessPoint(int nsapi, String apn, Optional<InetSocketAddress> server) {}
