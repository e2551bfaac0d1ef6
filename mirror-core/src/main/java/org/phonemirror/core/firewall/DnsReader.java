package org.phonemirror.core.firewall;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads a phone's questions to a name server, and the answers that the phone takes; by datagrams,
 * or by {@link DnsStream}.
 */
final class DnsReader implements FlowReader {
  static final int PORT = 53;
  private static final int MAX_QUESTIONS = 32;

  private final Consumer<DnsMessage> answered;

  /** What was asked for, by id. */
  private final Map<Integer, String> questions =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, String> eldest) {
          return size() > MAX_QUESTIONS;
        }
      };

  /** Begins with a flow; answers that name addresses go to the consumer. */
  DnsReader(Consumer<DnsMessage> answered) {
    this.answered = answered;
  }

  @Override
  public void bytes(boolean fromPhone, byte[] data) {
    Optional<DnsMessage> read = DnsMessage.parse(data);
    if (read.isEmpty() || read.get().response() == fromPhone) {
      return;
    }
    DnsMessage message = read.get();
    if (fromPhone) {
      questions.put(message.id(), message.question());
    } else if (questions.remove(message.id(), message.question())
        && !message.addresses().isEmpty()) {
      answered.accept(message);
    }
  }

  @Override
  public void ended(boolean fromPhone) {}

  @Override
  public boolean hasEnded() {
    return false;
  }
}
