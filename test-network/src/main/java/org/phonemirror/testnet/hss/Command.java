package org.phonemirror.testnet.hss;

import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Result;

/** One kind of request. */
@FunctionalInterface
interface Command {
  /**
   * Does what is asked.
   *
   * @param answer takes what is to be answered beside the result
   * @return the outcome
   * @throws DiameterFault if the request is refused
   */
  Result answer(RequestReader request, AvpSet answer) throws DiameterFault;
}
