package org.phonemirror.core.traffic.flow;

import java.net.InetAddress;

/**
 * What a flow is between.
 *
 * @param protocol number of the transport: 6 is TCP, 17 is UDP
 * @param phone the phone's address
 * @param phonePort its port
 * @param remote the other end's address
 * @param remotePort its port
 */
public record FlowEnds(
    int protocol, InetAddress phone, int phonePort, InetAddress remote, int remotePort) {}
