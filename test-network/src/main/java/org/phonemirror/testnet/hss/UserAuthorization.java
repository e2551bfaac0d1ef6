package org.phonemirror.testnet.hss;

import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;

/**
 * UAR: may this phone register, and which S-CSCF serves it (TS 29.228 §6.1.1).
 *
 * <p>Kamailio's I-CSCF asks with type REGISTRATION_AND_CAPABILITIES or none at all, so the name of
 * a serving S-CSCF is given in every case.
 */
final class UserAuthorization implements Command {
  private static final long REGISTRATION = 0;
  private static final long DE_REGISTRATION = 1;
  private static final long REGISTRATION_AND_CAPABILITIES = 2;

  private final HssConfig config;
  private final Subscribers subscribers;
  private final Registrations registrations;

  UserAuthorization(HssConfig config, Subscribers subscribers, Registrations registrations) {
    this.config = config;
    this.subscribers = subscribers;
    this.registrations = registrations;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    String impi = request.userName();
    Impu impu = request.impu();
    request.text("Visited-Network-Identifier", Cx.VISITED_NETWORK_IDENTIFIER, Avps.VENDOR_3GPP);
    long type = type(request);
    Subscriber subscriber = CxHandler.subscriber(subscribers, impi, impu);
    Optional<Registrations.Registration> registration = registrations.of(subscriber);
    registration.ifPresent(r -> Avps.add(answer, Cx.SERVER_NAME, Avps.VENDOR_3GPP, r.serverName()));
    if (type == DE_REGISTRATION) {
      if (registration.isEmpty()) {
        throw DiameterFault.of(Cx.IDENTITY_NOT_REGISTERED, impu + " is not registered");
      }
      return Result.SUCCESS;
    }
    if (registration.isEmpty() || type == REGISTRATION_AND_CAPABILITIES) {
      CxHandler.addCapabilities(answer, config);
    }
    return registration.isEmpty() ? Cx.FIRST_REGISTRATION : Cx.SUBSEQUENT_REGISTRATION;
  }

  private static long type(RequestReader request) throws DiameterFault {
    String name = "User-Authorization-Type";
    long type =
        request
            .optionalNumber(name, Cx.USER_AUTHORIZATION_TYPE, Avps.VENDOR_3GPP)
            .orElse(REGISTRATION);
    if (type > REGISTRATION_AND_CAPABILITIES) {
      throw request.invalid(
          name, Cx.USER_AUTHORIZATION_TYPE, Avps.VENDOR_3GPP, "is " + type + ", must be 0 to 2");
    }
    return type;
  }
}
