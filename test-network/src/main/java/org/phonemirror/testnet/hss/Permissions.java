package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;

/**
 * The AS permission list (TS 29.328 §6.2): what an application server may do with which data. A
 * server that is not in it may do all that TS 29.328 table 7.6.1 foresees for the data served here.
 */
public final class Permissions {
  private static final Result OPERATION_NOT_ALLOWED = new Result(5101, true);
  private static final Result USER_DATA_NOT_RECOGNIZED = new Result(5100, true);

  /** What a server may do with data. */
  public enum Operation {
    /** UDR. */
    PULL(5102),
    /** PUR. */
    UPDATE(5103),
    /** SNR. */
    SUBSCRIBE(5104);

    private final long refusal;

    Operation(long refusal) {
      this.refusal = refusal;
    }
  }

  private static final Map<Long, Set<Operation>> FORESEEN =
      Map.of(
          Sh.REPOSITORY_DATA,
          Set.of(Operation.values()),
          Sh.IMS_PUBLIC_IDENTITY,
          Set.of(Operation.PULL),
          Sh.IMS_USER_STATE,
          Set.of(Operation.PULL, Operation.SUBSCRIBE),
          Sh.S_CSCF_NAME,
          Set.of(Operation.PULL, Operation.SUBSCRIBE),
          Sh.INITIAL_FILTER_CRITERIA,
          Set.of(Operation.PULL, Operation.SUBSCRIBE),
          Sh.MSISDN_DATA,
          Set.of(Operation.PULL));

  private final Map<String, Map<Long, Set<Operation>>> byHost = new ConcurrentHashMap<>();

  /** Limits a server to these operations, by Data-Reference. */
  public void limit(String host, Map<Long, Set<Operation>> allowed) {
    byHost.put(host, Map.copyOf(allowed));
  }

  void check(RequestReader request, Operation operation, List<Long> served) throws DiameterFault {
    Map<Long, Set<Operation>> allowed = byHost.getOrDefault(request.originHost(), FORESEEN);
    for (long reference : request.numbers("Data-Reference", Sh.DATA_REFERENCE, Avps.VENDOR_3GPP)) {
      String data = "Data-Reference " + reference;
      if (!FORESEEN.containsKey(reference)) {
        throw DiameterFault.of(USER_DATA_NOT_RECOGNIZED, data + " is not served");
      }
      if (allowed.values().stream().noneMatch(operations -> operations.contains(operation))) {
        throw DiameterFault.of(
            OPERATION_NOT_ALLOWED, request.originHost() + " is not permitted to " + operation);
      }
      if (!served.contains(reference)
          || !allowed.getOrDefault(reference, Set.of()).contains(operation)) {
        throw DiameterFault.of(
            new Result(operation.refusal, true),
            request.originHost() + " is not permitted to " + operation + " " + data);
      }
    }
  }
}
