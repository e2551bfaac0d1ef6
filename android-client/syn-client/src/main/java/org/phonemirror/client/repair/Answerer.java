package org.phonemirror.client.repair;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.phonemirror.sync.Answer;
import org.phonemirror.sync.Ask;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.SyncCodec;

/**
 * Answers the server's asks, once an interval, within the budget.
 *
 * <p>On a metered network and on the battery asks and answers of an interval take no more than the
 * budget; otherwise answers take what a message holds. A file that does not fit into one interval's
 * budget is not urgent: for up to {@link #PATIENCE} intervals it waits for a network that costs
 * nothing, or the charger; then it goes out piece by piece.
 *
 * <p>Not safe for use by several threads.
 */
public final class Answerer {
  /** For how many intervals a file that exceeds the budget waits for a better time. */
  static final int PATIENCE = 6;

  /** The count of answers, and the last byte's padding. */
  private static final int MESSAGE_OVERHEAD = 4;

  private final StorageReader reader;
  private final PhoneConditions conditions;
  private final Map<String, Postponed> postponed = new LinkedHashMap<>();
  private List<Ask> asks = List.of();
  private int budget = Limits.DEFAULT_REPAIR_BUDGET;

  private record Postponed(Ask.Fetch ask, int intervals) {}

  /** Answers from what a reader sees. */
  public Answerer(StorageReader reader, PhoneConditions conditions) {
    this.reader = reader;
    this.conditions = conditions;
  }

  /** These are asked now, and nothing else any more; an empty list changes nothing. */
  public void asked(List<Ask> fresh) {
    if (!fresh.isEmpty()) {
      asks = List.copyOf(fresh);
    }
  }

  /** Keeps to this many bytes per interval. */
  public void setBudget(int bytes) {
    budget = bytes;
  }

  /** Whether nothing is asked. */
  public boolean isIdle() {
    return asks.isEmpty() && postponed.isEmpty();
  }

  /**
   * The answers for the batch of an interval.
   *
   * @param room how many bytes its message still holds
   */
  public List<Answer> answer(Moment moment, int room) {
    if (isIdle()) {
      return List.of();
    }
    boolean free = !conditions.metered() || conditions.charging();
    int asked = asks.stream().mapToInt(SyncCodec::length).sum();
    Round round = new Round(moment, (free ? room : Math.min(room, budget - asked)), free);
    for (Map.Entry<String, Postponed> waiting : List.copyOf(postponed.entrySet())) {
      round.again(waiting.getValue());
    }
    for (Ask ask : asks) {
      if (ask instanceof Ask.Compare compare) {
        round.add(reader.differences(compare, moment, round.left));
      } else if (ask instanceof Ask.Fetch fetch) {
        round.first(fetch);
      }
    }
    if (!round.answers.isEmpty()) {
      // what was not answered is asked anew, by what the mirror has then
      asks = List.of();
    }
    return round.answers;
  }

  private final class Round {
    private final Moment moment;
    private final int whole;
    private final boolean free;
    private final List<Answer> answers = new ArrayList<>();
    private int left;

    Round(Moment moment, int room, boolean free) {
      this.moment = moment;
      this.whole = room - MESSAGE_OVERHEAD;
      this.free = free;
      this.left = whole;
    }

    void add(Optional<? extends Answer> answer) {
      if (answer.isPresent() && answers.size() < Limits.MAX_ANSWERS) {
        int length = SyncCodec.length(answer.get());
        if (length <= left) {
          answers.add(answer.get());
          left -= length;
        }
      }
    }

    void first(Ask.Fetch ask) {
      boolean begun = ask.mirror().offset() > 0;
      Postponed before = postponed.get(ask.path());
      if (before != null) {
        postponed.put(ask.path(), new Postponed(ask, before.intervals)); // by a newer signature
        return;
      }
      if (free || begun) {
        add(reader.content(ask, moment, left));
        return;
      }
      Optional<Answer> all = reader.content(ask, moment, Integer.MAX_VALUE);
      if (all.isPresent() && SyncCodec.length(all.get()) > whole) {
        postponed.put(ask.path(), new Postponed(ask, 1));
        add(Optional.of(new Answer.None(ask.path(), Answer.Reason.POSTPONED)));
      } else {
        add(all);
      }
    }

    void again(Postponed waiting) {
      String path = waiting.ask.path();
      if (!free && waiting.intervals < PATIENCE) {
        postponed.put(path, new Postponed(waiting.ask, waiting.intervals + 1));
        return;
      }
      int before = answers.size();
      add(reader.content(waiting.ask, moment, left));
      if (answers.size() > before) {
        postponed.remove(path);
      }
    }
  }
}
