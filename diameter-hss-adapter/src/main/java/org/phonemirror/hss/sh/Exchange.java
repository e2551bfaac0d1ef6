package org.phonemirror.hss.sh;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jdiameter.api.AvpSet;

/** Sends requests to the HSS. */
@FunctionalInterface
interface Exchange {
  /**
   * Sends a request. The stage is completed on a thread of the connection: what follows on it must
   * not wait.
   *
   * @param what names the request in texts of failures
   * @param fill adds what is particular to the request
   * @return the answer, whatever its result code; or failed with ProfileUnavailableException
   */
  CompletionStage<AvpSet> send(int command, String what, Consumer<AvpSet> fill);
}
