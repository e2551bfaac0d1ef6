package org.phonemirror.sip;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.subscriber.Impu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a subscriber's mirror by what an operator has of him: a public identity; or the digits of
 * an MSISDN or IMSI, which are looked for in identities that are made of them (TS 23.003 §13.4B),
 * in the packet domain's contexts, and at the HSS.
 */
final class SubscriberSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriberSearch.class);
  private static final Pattern DIGITS = Pattern.compile("\\+?([0-9]{5,15})");
  private static final Pattern NUMBER = Pattern.compile("(?:sips?|tel):\\+?([0-9]{5,15})(?:@.*)?");

  private final List<Function<String, CompletionStage<Set<String>>>> sources;

  /** Asks these for the public identities of whom digits belong to; one that fails knows nobody. */
  SubscriberSearch(List<Function<String, CompletionStage<Set<String>>>> sources) {
    this.sources = List.copyOf(sources);
  }

  /** Whether a public identity is of whom somebody looks for. */
  CompletionStage<Predicate<String>> matching(String who) {
    Matcher digits = DIGITS.matcher(who);
    if (!digits.matches()) {
      return CompletableFuture.completedFuture(who::equals);
    }
    String number = digits.group(1);
    CompletionStage<Set<String>> all = CompletableFuture.completedFuture(new HashSet<>());
    for (Function<String, CompletionStage<Set<String>>> source : sources) {
      CompletionStage<Set<String>> some =
          source
              .apply(number)
              .exceptionally(
                  failure -> {
                    LOG.info("nobody is known by {}: {}", number, failure.getMessage());
                    return Set.of();
                  });
      all =
          all.thenCombine(
              some,
              (before, more) -> {
                before.addAll(more);
                return before;
              });
    }
    return all.thenApply(found -> identity -> found.contains(identity) || isOf(number, identity));
  }

  private static boolean isOf(String number, String identity) {
    Matcher matcher = NUMBER.matcher(identity);
    return matcher.matches() && matcher.group(1).equals(number);
  }

  /** Whether it can be looked for at all. */
  static boolean isOne(String text) {
    try {
      return DIGITS.matcher(text).matches() || !new Impu(text).uri().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
