package org.phonemirror.testnet.bench.sip;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Processors for servers and for what loads them, apart from each other: a load generator that
 * takes the server's own processor time would be measured with it.
 */
enum Cores {
  SERVER,
  LOAD;

  private static final int ALL = Runtime.getRuntime().availableProcessors();

  /** A command bound to these processors; as it is if the machine has only one. */
  List<String> run(List<String> command) {
    if (ALL < 2) {
      return command;
    }
    List<String> bound = new ArrayList<>(List.of("taskset", "-c", list()));
    bound.addAll(command);
    return bound;
  }

  /** Their numbers, as taskset takes them. */
  String list() {
    int first = this == SERVER ? 0 : ALL / 2;
    int end = this == SERVER ? Math.max(1, ALL / 2) : ALL;
    return IntStream.range(first, end).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }
}
