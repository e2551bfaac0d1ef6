package org.phonemirror.testnet.hss;

import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.hss.FilterCriterion.SessionCase;
import org.phonemirror.testnet.hss.Registrations.Registration;
import org.phonemirror.testnet.hss.Registrations.State;

/** LIR: which S-CSCF serves the called subscriber (TS 29.228 §6.1.4). */
final class LocationInfo implements Command {
  private final HssConfig config;
  private final Subscribers subscribers;
  private final Registrations registrations;

  LocationInfo(HssConfig config, Subscribers subscribers, Registrations registrations) {
    this.config = config;
    this.subscribers = subscribers;
    this.registrations = registrations;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    Impu impu = request.impu();
    Subscriber subscriber = CxHandler.subscriber(subscribers, impu);
    Optional<Registration> serving =
        registrations.of(subscriber).filter(r -> r.state() != State.PENDING);
    if (serving.isPresent()) {
      Avps.add(answer, Cx.SERVER_NAME, Avps.VENDOR_3GPP, serving.get().serverName());
      return Result.SUCCESS;
    }
    if (!hasUnregisteredServices(subscriber)) {
      throw DiameterFault.of(Cx.IDENTITY_NOT_REGISTERED, impu + " is not registered");
    }
    CxHandler.addCapabilities(answer, config);
    return Cx.UNREGISTERED_SERVICE;
  }

  private static boolean hasUnregisteredServices(Subscriber subscriber) {
    return subscriber.criteria().stream()
        .flatMap(criterion -> criterion.anyOf().stream())
        .anyMatch(
            trigger ->
                trigger.sessionCase().equals(Optional.of(SessionCase.TERMINATING_UNREGISTERED)));
  }
}
