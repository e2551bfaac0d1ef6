package org.phonemirror.core.traffic.packet;

/** Why a packet, or what it carries, was not recorded. */
public enum Discard {
  /** VXLAN without its header, or without a network identifier (RFC 7348 §5). */
  VXLAN_HEADER,
  /** A frame that ends within its header. */
  ETHERNET_HEADER,
  /** A frame that carries no IP: ARP, for example. */
  ETHERNET_TYPE,
  /** An IP header that is cut off, or of no known version. */
  IP_HEADER,
  /** A length in an IP header that goes beyond the packet, or contradicts itself. */
  IP_LENGTH,
  /** A wrong IPv4 header checksum. */
  IP_CHECKSUM,
  /** IPv6 extension headers that are cut off, too many or encrypted. */
  IP_EXTENSION,
  /** A fragment that ends beyond the longest packet or beyond its own packet's end. */
  FRAGMENT_BOUNDS,
  /** Fragments that overlap (RFC 5722, which IPv4 stacks follow as well). */
  FRAGMENT_OVERLAP,
  /** Fragments whose packet was not complete in time. */
  FRAGMENT_TIMEOUT,
  /** Fragments that found no room. */
  FRAGMENT_LIMIT,
  /** A wrong checksum of TCP, UDP or ICMPv6; of a copy it is not verified. */
  TRANSPORT_CHECKSUM,
  /** Neither TCP nor UDP nor ICMP. */
  PROTOCOL,
  /** A TCP header that is cut off or lies about its length. */
  TCP_HEADER,
  /** A TCP segment outside of what its connection can be at, or a RST that can't be believed. */
  TCP_SEQUENCE,
  /** A segment of a connection that was opened towards the phone: its content is not recorded. */
  TCP_INBOUND,
  /** A UDP header that is cut off or lies about its length. */
  UDP_LENGTH,
  /** An ICMP message that is cut off, or is about nothing that was recorded. */
  ICMP,
  /** GTP of another version than 1 (or, of the control plane, 2), or GTP' (TS 29.060 §6). */
  GTP_VERSION,
  /** A length in a GTP header that goes beyond the datagram. */
  GTP_LENGTH,
  /** GTP extension headers that are cut off or empty (TS 29.281 §5.2). */
  GTP_EXTENSION,
  /** GTP-C with an information element that is cut off, unknown or missing. */
  GTP_ELEMENT,
  /** A GTP message that says nothing about subscribers. */
  GTP_MESSAGE,
  /** GTP-C that fits no request or context that was seen. */
  GTP_UNMATCHED,
  /** Of a phone that nobody knows. */
  UNKNOWN_SUBSCRIBER,
  /** Of a phone that nobody watches. */
  NOT_WATCHED,
  /** Of a flow that is not recorded: the synchronization itself. */
  NOT_RECORDED,
  /** An attempt to open a connection for which there is no room; its sender tries again. */
  CONNECTION_LIMIT,
  /** A defect of this program; the log has it. */
  DEFECT
}
