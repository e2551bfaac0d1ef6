package org.phonemirror.testnet.mms;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.phonemirror.core.mms.MmsMessage.SendConfirmation;
import org.phonemirror.core.mms.ResponseStatus;

/**
 * Recognises an M-Send.req that comes again because its confirmation was lost: it gets the same
 * confirmation, and nobody gets the message twice. By the transaction id alone (TS 23.140 §8.1.3
 * has it to correlate) a phone whose counter began anew would be silenced, so that all the bytes
 * must be the same.
 */
final class Repetitions {
  private static final int MOST = 10_000;

  /**
   * A message as it was handed in.
   *
   * @param digest of its PDU
   */
  record Key(String sender, String transactionId, String digest) {}

  private final Map<Key, CompletionStage<SendConfirmation>> taken = new LinkedHashMap<>();

  /**
   * Takes a message, or tells what was said when it came before. What was refused may come again.
   */
  CompletionStage<SendConfirmation> once(
      Key key, Supplier<CompletionStage<SendConfirmation>> take) {
    CompletionStage<SendConfirmation> answer;
    synchronized (taken) {
      answer = taken.get(key);
      if (answer != null) {
        return answer;
      }
      answer = take.get();
      taken.put(key, answer);
      if (taken.size() > MOST) {
        taken.remove(taken.keySet().iterator().next());
      }
    }
    return answer.whenComplete(
        (confirmation, failure) -> {
          if (failure != null || !confirmation.status().equals(ResponseStatus.OK)) {
            forget(key);
          }
        });
  }

  private void forget(Key key) {
    synchronized (taken) {
      taken.remove(key);
    }
  }
}
