#include "plans.h"

#include <stdlib.h>
#include <string.h>

#include "source.h"
#include "steer.h"

enum {
  // A mirror's attempt comes at about the recorded time, seldom before it.
  EARLY_MICROS = 300000,
};

// As long as the kernel goes on asking one that does not answer (tcp_syn_retries).
static const int64_t SILENCE_MICROS = 130000000;

struct attempt {
  struct attempt *next;
  uint64_t id;
};

struct plan {
  struct plan *next;
  struct endpoint remote;
  uint32_t seen;       // attempts that flows have been found for, or that need none
  uint32_t extra;      // refused beyond what was recorded
  int refused_last;    // the last flow was refused, and so is what comes after it
  int64_t hold_until;  // silent until then
};

static struct plan *plans;
static struct attempt *attempts;  // flows that were used in this interval

static struct plan *find(const struct endpoint *remote) {
  struct plan *plan = plans;
  while (plan && !endpoint_equal(&plan->remote, remote)) plan = plan->next;
  return plan;
}

static int is_attempt(const struct tcp_flow *flow) {
  return flow->opening == OPENING_REFUSED || flow->opening == OPENING_SILENT;
}

static void forget(struct plan **link) {
  struct plan *plan = *link;
  *link = plan->next;
  steer_remove(&plan->remote);
  free(plan);
}

void plans_begin(const struct tcp_flow *unused, int64_t start) {
  for (struct plan **link = &plans; *link;) {
    if ((*link)->hold_until > start) {
      link = &(*link)->next;
    } else {
      forget(link);
    }
  }
  for (; unused; unused = unused->next) {
    if (!is_attempt(unused) || find(&unused->remote)) continue;
    struct plan *plan = calloc(1, sizeof *plan);
    if (!plan) return;
    plan->remote = unused->remote;
    plan->next = plans;
    plans = plan;
  }
}

static struct tcp_flow **next_flow(struct tcp_flow **list, const struct endpoint *remote) {
  while (*list && ((*list)->age == FLOW_LOST || !endpoint_equal(&(*list)->remote, remote)))
    list = &(*list)->next;
  return list;
}

// Takes a flow from the list: the mirror has done it.
static void use(struct tcp_flow **link) {
  struct tcp_flow *flow = *link;
  *link = flow->next;
  struct attempt *attempt = calloc(1, sizeof *attempt);
  if (attempt) {
    attempt->id = flow->id;
    attempt->next = attempts;
    attempts = attempt;
  }
  tape_free_tcp(flow);
}

static int64_t step(struct plan *plan, struct tcp_flow **unused, int64_t now) {
  struct steer_plan is = {0};
  int steered = steer_get(&plan->remote, &is) == 0;
  uint32_t seen_now = is.attempts;
  int64_t next = NEVER;
  struct steer_plan want = {.attempts = seen_now};
  for (;;) {
    struct tcp_flow **link = next_flow(unused, &plan->remote);
    struct tcp_flow *flow = *link;
    if (plan->hold_until > now && flow && flow->opened - EARLY_MICROS < plan->hold_until)
      plan->hold_until = flow->opened - EARLY_MICROS;
    if (plan->hold_until > now) {
      plan->seen = seen_now;
      want.silent = 1;
      next = plan->hold_until;
      break;
    }
    if (!flow) {
      if (plan->refused_last) {
        plan->extra += seen_now - plan->seen;
        want.refusals = UINT32_MAX;
      }
      plan->seen = seen_now;
      break;
    }
    if (flow->opening == OPENING_REFUSED && plan->seen < seen_now) {
      plan->seen++;
      plan->refused_last = 1;
      use(link);
      continue;
    }
    if (flow->opening == OPENING_SILENT && plan->seen < seen_now) {
      plan->refused_last = 0;
      plan->hold_until = now + SILENCE_MICROS;
      use(link);
      continue;
    }
    if (!is_attempt(flow)) {
      plan->seen = seen_now;
      plan->refused_last = 0;
      break;
    }
    uint32_t refusals = 0;
    for (; flow && flow->opening == OPENING_REFUSED;
         flow = *next_flow(&flow->next, &plan->remote))
      refusals++;
    if (refusals > 0) want.refusals = plan->seen + refusals;
    want.silent = flow && flow->opening == OPENING_SILENT;
    if (refusals > 0 && !flow) want.refusals = UINT32_MAX;
    break;
  }
  // with too many plans an attempt is accepted
  if (!steered || memcmp(&want, &is, sizeof want) != 0) steer_set(&plan->remote, &want);
  return next;
}

int64_t plans_step(struct tcp_flow **unused, int64_t now) {
  int64_t next = NEVER;
  for (struct plan *plan = plans; plan; plan = plan->next) {
    int64_t due = step(plan, unused, now);
    if (due < next) next = due;
  }
  return next;
}

void plans_end(report_sink *sink, int64_t now) {
  for (struct attempt *attempt; (attempt = attempts); free(attempt)) {
    struct flow_report report = {.id = attempt->id, .mismatch = -1};
    report_flow(sink, &report);
    attempts = attempt->next;
  }
  for (struct plan *plan = plans; plan; plan = plan->next) {
    for (; plan->extra > 0; plan->extra--)
      report_request(now, 1, &plan->remote, (const uint8_t *)"", 0);
  }
}

void plans_reset(void) {
  while (plans) forget(&plans);
  for (struct attempt *attempt; (attempt = attempts); free(attempt)) attempts = attempt->next;
}
