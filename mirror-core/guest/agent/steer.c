#include "steer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  BACKLOG = 256,
  MAX_PLANS = 4096,
  RECEIVE_BYTES = 1 << 20,
  OWN_PORT = 1,  // of the first of our sockets, on an address of the loopback: nobody asks there
};

// The phone's addresses; phone-init has given them to the loopback.
#define OWN_ADDRESS "10.0.2.15"

// Our sockets, as the program numbers them.
enum slot { TCP4, TCP4_SILENT, TCP6, TCP6_SILENT, UDP4, UDP6, SLOTS };

struct plan_key {
  uint32_t family;
  uint8_t address[16];
  uint32_t port;
};

static int sockets_map = -1, plans_map = -1;
static int slots[SLOTS];

static long bpf(int command, union bpf_attr *attributes) {
  return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static int create_map(uint32_t type, uint32_t key, uint32_t value, uint32_t entries, uint32_t flags) {
  union bpf_attr attributes = {.map_type = type,
                               .key_size = key,
                               .value_size = value,
                               .max_entries = entries,
                               .map_flags = flags};
  return (int)bpf(BPF_MAP_CREATE, &attributes);
}

static int update(int map, const void *key, const void *value) {
  union bpf_attr attributes = {
      .map_fd = (uint32_t)map, .key = (uintptr_t)key, .value = (uintptr_t)value};
  return (int)bpf(BPF_MAP_UPDATE_ELEM, &attributes);
}

// ---- the program

enum { MAX_INSTRUCTIONS = 96, MAX_JUMPS = 32 };
enum label { PASS, DROP, V6, FOUND_KEY, UDP, ASSIGN, LABELS };

struct assembler {
  struct bpf_insn code[MAX_INSTRUCTIONS];
  int length;
  struct { int at; enum label to; } jumps[MAX_JUMPS];
  int jump_count;
  int labels[LABELS];
};

static void emit(struct assembler *a, int code, int to, int from, int off, int32_t value) {
  a->code[a->length++] = (struct bpf_insn){.code = (uint8_t)code,
                                           .dst_reg = (uint8_t)to & 15,
                                           .src_reg = (uint8_t)from & 15,
                                           .off = (int16_t)off,
                                           .imm = value};
}

static void copy(struct assembler *a, int to, int from) {
  emit(a, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

static void set(struct assembler *a, int to, int32_t value) {
  emit(a, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}

static void add(struct assembler *a, int to, int32_t value) {
  emit(a, BPF_ALU64 | BPF_ADD | BPF_K, to, 0, 0, value);
}

static void load(struct assembler *a, int to, int from, size_t off) {
  emit(a, BPF_LDX | BPF_MEM | BPF_W, to, from, (int)off, 0);
}

static void store(struct assembler *a, int to, int off, int from) {
  emit(a, BPF_STX | BPF_MEM | BPF_W, to, from, off, 0);
}

static void load_map(struct assembler *a, int to, int map) {
  emit(a, BPF_LD | BPF_IMM | BPF_DW, to, BPF_PSEUDO_MAP_FD, 0, map);
  emit(a, 0, 0, 0, 0, 0);
}

static void call(struct assembler *a, int function) {
  emit(a, BPF_JMP | BPF_CALL, 0, 0, 0, function);
}

static void leave(struct assembler *a, int verdict) {
  set(a, BPF_REG_0, verdict);
  emit(a, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void jump_if(struct assembler *a, int condition, int what, int32_t value, enum label to) {
  a->jumps[a->jump_count].at = a->length;
  a->jumps[a->jump_count++].to = to;
  emit(a, BPF_JMP32 | condition | BPF_K, what, 0, 0, value);
}

static void jump(struct assembler *a, enum label to) {
  a->jumps[a->jump_count].at = a->length;
  a->jumps[a->jump_count++].to = to;
  emit(a, BPF_JMP | BPF_JA, 0, 0, 0, 0);
}

static void label(struct assembler *a, enum label name) { a->labels[name] = a->length; }

#define CONTEXT(field) offsetof(struct bpf_sk_lookup, field)

// Where things are on the program's stack.
enum { KEY = -(int)sizeof(struct plan_key), SLOT = KEY - 4 };
#define KEY_ADDRESS(i) (KEY + (int)offsetof(struct plan_key, address) + 4 * (i))

static void assemble(struct assembler *a) {
  const int context = BPF_REG_6, slot = BPF_REG_8;
  copy(a, context, BPF_REG_1);
  load(a, BPF_REG_2, context, CONTEXT(family));
  store(a, BPF_REG_10, KEY, BPF_REG_2);
  load(a, BPF_REG_3, context, CONTEXT(local_port));
  store(a, BPF_REG_10, KEY + (int)offsetof(struct plan_key, port), BPF_REG_3);
  jump_if(a, BPF_JEQ, BPF_REG_2, AF_INET6, V6);

  load(a, BPF_REG_1, context, CONTEXT(local_ip4));
  jump_if(a, BPF_JEQ, BPF_REG_1, (int32_t)inet_addr(OWN_ADDRESS), PASS);
  store(a, BPF_REG_10, KEY_ADDRESS(0), BPF_REG_1);
  emit(a, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, 0xff);
  jump_if(a, BPF_JEQ, BPF_REG_1, 127, PASS);
  set(a, BPF_REG_1, 0);
  for (int i = 1; i < 4; i++) store(a, BPF_REG_10, KEY_ADDRESS(i), BPF_REG_1);
  set(a, slot, TCP4);
  jump(a, FOUND_KEY);

  label(a, V6);
  for (int i = 0; i < 4; i++) {
    load(a, BPF_REG_1, context, CONTEXT(local_ip6) + 4 * (size_t)i);
    store(a, BPF_REG_10, KEY_ADDRESS(i), BPF_REG_1);
  }
  // 2000::/3 alone is of the Internet, and fc00::/7 of private networks; the rest is left alone
  load(a, BPF_REG_1, context, CONTEXT(local_ip6));
  copy(a, BPF_REG_2, BPF_REG_1);
  emit(a, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_1, 0, 0, 0xff);
  jump_if(a, BPF_JLT, BPF_REG_1, 0x20, PASS);
  emit(a, BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_2, 0, 0, 0xc0ff);
  jump_if(a, BPF_JEQ, BPF_REG_2, 0x80fe, PASS);
  set(a, slot, TCP6);

  label(a, FOUND_KEY);
  load(a, BPF_REG_1, context, CONTEXT(protocol));
  jump_if(a, BPF_JEQ, BPF_REG_1, IPPROTO_UDP, UDP);
  jump_if(a, BPF_JNE, BPF_REG_1, IPPROTO_TCP, PASS);
  load_map(a, BPF_REG_1, plans_map);
  copy(a, BPF_REG_2, BPF_REG_10);
  add(a, BPF_REG_2, KEY);
  call(a, BPF_FUNC_map_lookup_elem);
  a->jumps[a->jump_count].at = a->length;
  a->jumps[a->jump_count++].to = ASSIGN;
  emit(a, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
  set(a, BPF_REG_1, 1);
  emit(a, BPF_STX | BPF_ATOMIC | BPF_W, BPF_REG_0, BPF_REG_1, offsetof(struct steer_plan, attempts),
       BPF_ADD | BPF_FETCH);
  load(a, BPF_REG_2, BPF_REG_0, offsetof(struct steer_plan, refusals));
  a->jumps[a->jump_count].at = a->length;
  a->jumps[a->jump_count++].to = DROP;
  emit(a, BPF_JMP32 | BPF_JLT | BPF_X, BPF_REG_1, BPF_REG_2, 0, 0);
  load(a, BPF_REG_2, BPF_REG_0, offsetof(struct steer_plan, silent));
  emit(a, BPF_ALU64 | BPF_ADD | BPF_X, slot, BPF_REG_2, 0, 0);
  jump(a, ASSIGN);

  label(a, UDP);
  emit(a, BPF_ALU64 | BPF_RSH | BPF_K, slot, 0, 0, 1);
  add(a, slot, UDP4);

  label(a, ASSIGN);
  store(a, BPF_REG_10, SLOT, slot);
  load_map(a, BPF_REG_1, sockets_map);
  copy(a, BPF_REG_2, BPF_REG_10);
  add(a, BPF_REG_2, SLOT);
  call(a, BPF_FUNC_map_lookup_elem);
  a->jumps[a->jump_count].at = a->length;
  a->jumps[a->jump_count++].to = PASS;
  emit(a, BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0);
  copy(a, BPF_REG_7, BPF_REG_0);
  copy(a, BPF_REG_1, context);
  copy(a, BPF_REG_2, BPF_REG_0);
  set(a, BPF_REG_3, 0);
  call(a, BPF_FUNC_sk_assign);
  copy(a, BPF_REG_1, BPF_REG_7);
  call(a, BPF_FUNC_sk_release);

  label(a, PASS);
  leave(a, SK_PASS);
  label(a, DROP);
  leave(a, SK_DROP);
  for (int i = 0; i < a->jump_count; i++)
    a->code[a->jumps[i].at].off = (int16_t)(a->labels[a->jumps[i].to] - a->jumps[i].at - 1);
}

static int load_program(void) {
  static struct assembler assembler;
  static char log[4096];
  memset(&assembler, 0, sizeof assembler);
  assemble(&assembler);
  union bpf_attr attributes = {.prog_type = BPF_PROG_TYPE_SK_LOOKUP,
                               .expected_attach_type = BPF_SK_LOOKUP,
                               .insns = (uintptr_t)assembler.code,
                               .insn_cnt = (uint32_t)assembler.length,
                               .license = (uintptr_t) "AGPL-3.0-or-later",
                               .log_buf = (uintptr_t)log,
                               .log_size = sizeof log,
                               .log_level = 1};
  int program = (int)bpf(BPF_PROG_LOAD, &attributes);
  if (program < 0) fprintf(stderr, "phone-agent: %s\n", log);
  return program;
}

static int attach(int program) {
  int network = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (network < 0) return -1;
  union bpf_attr attributes = {.link_create = {.prog_fd = (uint32_t)program,
                                               .target_fd = (uint32_t)network,
                                               .attach_type = BPF_SK_LOOKUP}};
  int link = (int)bpf(BPF_LINK_CREATE, &attributes);
  close(network);
  return link;
}

// ---- the sockets

static int open_socket(int slot) {
  int on = 1, bytes = RECEIVE_BYTES;
  int family = slot == TCP4 || slot == TCP4_SILENT || slot == UDP4 ? AF_INET : AF_INET6;
  int type = slot < UDP4 ? SOCK_STREAM : SOCK_DGRAM;
  int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  // each a port of its own: the kernel shares out among those that are bound alike
  uint16_t port = htons((uint16_t)(OWN_PORT + slot));
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
  struct sockaddr_in6 v6 = {
      .sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  v4.sin_addr.s_addr = inet_addr("127.255.255.254");
  if (fd < 0) return -1;
  if (family == AF_INET ? bind(fd, (struct sockaddr *)&v4, sizeof v4) < 0
                        : bind(fd, (struct sockaddr *)&v6, sizeof v6) < 0)
    return -1;
  if (type == SOCK_STREAM) return listen(fd, BACKLOG) < 0 ? -1 : fd;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
  if (family == AF_INET ? setsockopt(fd, IPPROTO_IP, IP_RECVORIGDSTADDR, &on, sizeof on) < 0
                        : setsockopt(fd, IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, &on, sizeof on) < 0)
    return -1;
  return fd;
}

// A filter that takes nothing, not even a SYN.
static int make_deaf(int fd) {
  struct sock_filter nothing = {.code = BPF_RET | BPF_K, .k = 0};
  struct sock_fprog filter = {.len = 1, .filter = &nothing};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

static int fail(struct steering *steering, const char *what) {
  snprintf(steering->error, sizeof steering->error, "%s: %s", what, strerror(errno));
  return -1;
}

static int bring(uint32_t slot) {
  uint64_t fd = (uint64_t)slots[slot];
  return update(sockets_map, &slot, &fd);
}

int steer_open(struct steering *steering) {
  for (int slot = 0; slot < SLOTS; slot++) {
    slots[slot] = open_socket(slot);
    if (slots[slot] < 0) return fail(steering, "open a socket for the network");
  }
  if (make_deaf(slots[TCP4_SILENT]) < 0 || make_deaf(slots[TCP6_SILENT]) < 0)
    return fail(steering, "attach a socket filter");
  sockets_map = create_map(BPF_MAP_TYPE_SOCKMAP, 4, 8, SLOTS, 0);
  plans_map = create_map(BPF_MAP_TYPE_HASH, sizeof(struct plan_key), sizeof(struct steer_plan),
                         MAX_PLANS, BPF_F_NO_PREALLOC);
  if (sockets_map < 0 || plans_map < 0) return fail(steering, "make a BPF map");
  if (bring(TCP4) < 0 || bring(TCP4_SILENT) < 0 || bring(UDP4) < 0)
    return fail(steering, "put a socket into a BPF map");
  int program = load_program();
  if (program < 0) return fail(steering, "load the sk_lookup program");
  if (attach(program) < 0) return fail(steering, "attach the sk_lookup program");
  close(program);
  steering->tcp[0] = slots[TCP4];
  steering->tcp[1] = slots[TCP6];
  steering->udp[0] = slots[UDP4];
  steering->udp[1] = slots[UDP6];
  return 0;
}

int steer_enable_ipv6(void) {
  return bring(TCP6) < 0 || bring(TCP6_SILENT) < 0 || bring(UDP6) < 0 ? -1 : 0;
}

static struct plan_key key_of(const struct endpoint *remote) {
  struct plan_key key = {.family = remote->family, .port = remote->port};
  memcpy(key.address, remote->address, sizeof key.address);
  return key;
}

int steer_get(const struct endpoint *remote, struct steer_plan *plan) {
  struct plan_key key = key_of(remote);
  union bpf_attr attributes = {
      .map_fd = (uint32_t)plans_map, .key = (uintptr_t)&key, .value = (uintptr_t)plan};
  return (int)bpf(BPF_MAP_LOOKUP_ELEM, &attributes);
}

int steer_set(const struct endpoint *remote, const struct steer_plan *plan) {
  struct plan_key key = key_of(remote);
  return update(plans_map, &key, plan);
}

void steer_remove(const struct endpoint *remote) {
  struct plan_key key = key_of(remote);
  union bpf_attr attributes = {.map_fd = (uint32_t)plans_map, .key = (uintptr_t)&key};
  bpf(BPF_MAP_DELETE_ELEM, &attributes);
}
