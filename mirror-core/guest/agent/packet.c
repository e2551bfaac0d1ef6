#include "packet.h"

#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

enum { HOP_LIMIT = 64, UDP_HEADER = sizeof(struct udphdr), ICMP_HEADER = 8 };

static int raw[2] = {-1, -1};
static uint8_t packet[sizeof(struct ip6_hdr) + UDP_HEADER + TAPE_MAX_DATAGRAM];

int packet_open(void) {
  // IPPROTO_RAW: what is sent comes with its IP header
  raw[0] = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  raw[1] = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);
  return raw[0] < 0 || raw[1] < 0 ? -1 : 0;
}

static size_t address_size(const struct endpoint *endpoint) {
  return endpoint->family == AF_INET ? 4 : 16;
}

static uint32_t sum(uint32_t before, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) before += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
  return before;
}

static uint16_t folded(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons((uint16_t)~sum);
}

// RFC 768, RFC 8200 §8.1: over a pseudo header and the payload.
static uint16_t checksum(const struct endpoint *from, const struct endpoint *to, int protocol,
                         const uint8_t *payload, size_t length) {
  uint32_t total = sum(0, from->address, address_size(from));
  total = sum(total, to->address, address_size(to));
  return folded(sum(total + (uint32_t)protocol + (uint32_t)length, payload, length));
}

// Writes an IP header. Returns its size.
static size_t put_header(uint8_t *at, const struct endpoint *from, const struct endpoint *to,
                         int protocol, size_t payload) {
  if (from->family == AF_INET) {
    struct iphdr header = {.version = 4,
                           .ihl = 5,
                           .tot_len = htons((uint16_t)(sizeof header + payload)),
                           .frag_off = htons(IP_DF),
                           .ttl = HOP_LIMIT,
                           .protocol = (uint8_t)protocol};
    memcpy(&header.saddr, from->address, 4);
    memcpy(&header.daddr, to->address, 4);
    header.check = folded(sum(0, (uint8_t *)&header, sizeof header));
    memcpy(at, &header, sizeof header);
    return sizeof header;
  }
  struct ip6_hdr header = {.ip6_nxt = (uint8_t)protocol, .ip6_hlim = HOP_LIMIT};
  header.ip6_flow = htonl(6u << 28);
  header.ip6_plen = htons((uint16_t)payload);
  memcpy(&header.ip6_src, from->address, 16);
  memcpy(&header.ip6_dst, to->address, 16);
  memcpy(at, &header, sizeof header);
  return sizeof header;
}

static void put_udp(uint8_t *at, const struct endpoint *from, const struct endpoint *to,
                    size_t length) {
  struct udphdr header = {.source = htons(from->port),
                          .dest = htons(to->port),
                          .len = htons((uint16_t)(UDP_HEADER + length))};
  memcpy(at, &header, sizeof header);
}

static int send_packet(const struct endpoint *to, size_t length) {
  struct sockaddr_in v4 = {.sin_family = AF_INET};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
  memcpy(&v4.sin_addr, to->address, 4);
  memcpy(&v6.sin6_addr, to->address, 16);
  int is_v4 = to->family == AF_INET;
  const struct sockaddr *address =
      is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
  ssize_t sent =
      sendto(raw[is_v4 ? 0 : 1], packet, length, 0, address, is_v4 ? sizeof v4 : sizeof v6);
  return sent < 0 ? -1 : 0;
}

int packet_send_udp(const struct endpoint *from, const struct endpoint *to, const uint8_t *data,
                    size_t length) {
  size_t payload = UDP_HEADER + length;
  uint8_t *udp = packet + put_header(packet, from, to, IPPROTO_UDP, payload);
  put_udp(udp, from, to, length);
  memcpy(udp + UDP_HEADER, data, length);
  uint16_t check = checksum(from, to, IPPROTO_UDP, udp, payload);
  if (check == 0) check = 0xffff;
  memcpy(udp + offsetof(struct udphdr, check), &check, sizeof check);
  return send_packet(to, (size_t)(udp - packet) + payload);
}

int packet_send_unreachable(const struct endpoint *remote, const struct endpoint *sender) {
  int is_v4 = sender->family == AF_INET;
  int protocol = is_v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  size_t quoted = (is_v4 ? sizeof(struct iphdr) : sizeof(struct ip6_hdr)) + UDP_HEADER;
  size_t payload = ICMP_HEADER + quoted;
  uint8_t *icmp = packet + put_header(packet, remote, sender, protocol, payload);
  memset(icmp, 0, payload);
  icmp[0] = is_v4 ? ICMP_DEST_UNREACH : ICMP6_DST_UNREACH;
  icmp[1] = is_v4 ? ICMP_PORT_UNREACH : ICMP6_DST_UNREACH_NOPORT;
  // the datagram that it is about, as far as its UDP header
  uint8_t *about = icmp + ICMP_HEADER;
  put_udp(about + put_header(about, sender, remote, IPPROTO_UDP, UDP_HEADER), sender, remote, 0);
  uint16_t check = is_v4 ? folded(sum(0, icmp, payload))
                         : checksum(remote, sender, IPPROTO_ICMPV6, icmp, payload);
  memcpy(icmp + 2, &check, sizeof check);
  return send_packet(sender, (size_t)(icmp - packet) + payload);
}
