package org.phonemirror.core.firewall;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.traffic.flow.FlowEnds;

/**
 * A subscriber's phone and something that it speaks to.
 *
 * @param subscriber whose phone it is
 * @param ends of the flow
 * @param names of the other end, the best one last
 */
record Contact(Impu subscriber, FlowEnds ends, List<String> names) {
  Contact {
    names = List.copyOf(names);
  }

  /** With one name more, that is better than the others. */
  Contact named(String name) {
    List<String> more = new ArrayList<>(names);
    more.remove(name);
    more.add(name);
    return new Contact(subscriber, ends, more);
  }

  /** What people call the other end. */
  String host() {
    return names.isEmpty() ? ends.remote().getHostAddress() : names.get(names.size() - 1);
  }
}
