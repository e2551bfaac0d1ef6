package org.phonemirror.testnet.hss;

import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.hss.Registrations.Registration;
import org.phonemirror.testnet.hss.Registrations.State;

/** SAR: an S-CSCF begins or ends to serve a subscriber (TS 29.228 §6.1.2). */
final class ServerAssignment implements Command {
  /** Server-Assignment-Type; the order gives the numbers (TS 29.229 §6.3.15). */
  private enum Type {
    NO_ASSIGNMENT(true),
    REGISTRATION(true),
    RE_REGISTRATION(true),
    UNREGISTERED_USER(true),
    TIMEOUT_DEREGISTRATION(false),
    USER_DEREGISTRATION(false),
    TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME(false),
    USER_DEREGISTRATION_STORE_SERVER_NAME(false),
    ADMINISTRATIVE_DEREGISTRATION(false),
    AUTHENTICATION_FAILURE(false),
    AUTHENTICATION_TIMEOUT(false),
    DEREGISTRATION_TOO_MUCH_DATA(false);

    private final boolean takesUserData;

    Type(boolean takesUserData) {
      this.takesUserData = takesUserData;
    }
  }

  private static final String TYPE = "Server-Assignment-Type";

  private final Subscribers subscribers;
  private final Registrations registrations;

  ServerAssignment(Subscribers subscribers, Registrations registrations) {
    this.subscribers = subscribers;
    this.registrations = registrations;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    Type type = type(request);
    String server = request.text("Server-Name", Cx.SERVER_NAME, Avps.VENDOR_3GPP);
    long dataAvailable =
        request.number(
            "User-Data-Already-Available", Cx.USER_DATA_ALREADY_AVAILABLE, Avps.VENDOR_3GPP);
    Subscriber subscriber = subscriber(request);
    Avps.add(answer, Cx.USER_NAME, Avps.BASE, subscriber.impi());
    String host = request.originHost();
    String realm = request.originRealm();
    switch (type) {
      case NO_ASSIGNMENT -> {}
      case REGISTRATION, RE_REGISTRATION ->
          registrations.put(subscriber, new Registration(State.REGISTERED, server, host, realm));
      case UNREGISTERED_USER,
          TIMEOUT_DEREGISTRATION_STORE_SERVER_NAME,
          USER_DEREGISTRATION_STORE_SERVER_NAME ->
          registrations.put(subscriber, new Registration(State.UNREGISTERED, server, host, realm));
      case AUTHENTICATION_FAILURE, AUTHENTICATION_TIMEOUT -> {
        if (registrations.of(subscriber).filter(r -> r.state() == State.PENDING).isPresent()) {
          registrations.remove(subscriber);
        }
      }
      case TIMEOUT_DEREGISTRATION,
          USER_DEREGISTRATION,
          ADMINISTRATIVE_DEREGISTRATION,
          DEREGISTRATION_TOO_MUCH_DATA ->
          registrations.remove(subscriber);
    }
    if (type.takesUserData && dataAvailable == 0) {
      Avps.add(answer, Cx.USER_DATA, Avps.VENDOR_3GPP, ServiceProfile.format(subscriber));
    }
    return Result.SUCCESS;
  }

  /** For an unregistered user the S-CSCF may know the public identity only. */
  private Subscriber subscriber(RequestReader request) throws DiameterFault {
    Optional<String> impi = request.optionalText("User-Name", Cx.USER_NAME, Avps.BASE);
    Impu impu = request.impu();
    return impi.isPresent()
        ? CxHandler.subscriber(subscribers, impi.get(), impu)
        : CxHandler.subscriber(subscribers, impu);
  }

  private static Type type(RequestReader request) throws DiameterFault {
    long number = request.number(TYPE, Cx.SERVER_ASSIGNMENT_TYPE, Avps.VENDOR_3GPP);
    if (number >= Type.values().length) {
      throw request.invalid(
          TYPE, Cx.SERVER_ASSIGNMENT_TYPE, Avps.VENDOR_3GPP, "is " + number + ", must be 0 to 11");
    }
    return Type.values()[(int) number];
  }
}
