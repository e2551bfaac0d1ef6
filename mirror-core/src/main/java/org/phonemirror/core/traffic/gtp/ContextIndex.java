package org.phonemirror.core.traffic.gtp;

import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayList;
import java.util.List;

/** Contexts by a number that a few of them may share; looking one up makes no objects. */
final class ContextIndex {
  private static final List<PdpContext> NONE = List.of();

  private final LongObjectMap<List<PdpContext>> contexts = new LongObjectHashMap<>();

  List<PdpContext> of(long key) {
    List<PdpContext> found = contexts.get(key);
    return found == null ? NONE : found;
  }

  void add(long key, PdpContext context) {
    List<PdpContext> present = contexts.computeIfAbsent(key, k -> new ArrayList<>(1));
    if (!present.contains(context)) {
      present.add(context);
    }
  }

  void remove(long key, PdpContext context) {
    List<PdpContext> present = contexts.get(key);
    if (present != null && present.remove(context) && present.isEmpty()) {
      contexts.remove(key);
    }
  }
}
