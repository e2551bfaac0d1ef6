package org.phonemirror.core.gateway.tcp;

import java.net.InetSocketAddress;

/** The two ends of a connection. */
public record TcpEnds(InetSocketAddress guest, InetSocketAddress remote) {}
