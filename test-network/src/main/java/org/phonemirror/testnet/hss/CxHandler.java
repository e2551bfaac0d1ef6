package org.phonemirror.testnet.hss;

import java.util.Map;
import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;

/** The Cx commands, and what they have in common (TS 29.228 §6). */
final class CxHandler {
  private final Map<Dispatcher.Key, Command> commands;

  CxHandler(
      HssConfig config,
      Subscribers subscribers,
      Registrations registrations,
      AkaSequences sequences) {
    this.commands =
        Map.of(
            key(Cx.UAR),
            new UserAuthorization(config, subscribers, registrations),
            key(Cx.MAR),
            new MultimediaAuth(config, subscribers, registrations, sequences),
            key(Cx.SAR),
            new ServerAssignment(subscribers, registrations),
            key(Cx.LIR),
            new LocationInfo(config, subscribers, registrations));
  }

  Map<Dispatcher.Key, Command> commands() {
    return commands;
  }

  /** The subscriber with both identities. */
  static Subscriber subscriber(Subscribers subscribers, String impi, Impu impu)
      throws DiameterFault {
    Optional<Subscriber> found = subscribers.byImpi(impi);
    Optional<Subscriber> owner = subscribers.byImpu(impu);
    if (found.isEmpty() || owner.isEmpty()) {
      throw DiameterFault.of(
          Cx.USER_UNKNOWN, (found.isEmpty() ? impi : impu.uri()) + " is unknown");
    }
    if (!found.equals(owner)) {
      throw DiameterFault.of(Cx.IDENTITIES_DONT_MATCH, impu + " does not belong to " + impi);
    }
    return found.get();
  }

  /** The subscriber with this public identity. */
  static Subscriber subscriber(Subscribers subscribers, Impu impu) throws DiameterFault {
    Optional<Subscriber> owner = subscribers.byImpu(impu);
    if (owner.isEmpty()) {
      throw DiameterFault.of(Cx.USER_UNKNOWN, impu + " is unknown");
    }
    return owner.get();
  }

  static void addCapabilities(AvpSet answer, HssConfig config) {
    AvpSet group = Avps.addGroup(answer, Cx.SERVER_CAPABILITIES, Avps.VENDOR_3GPP);
    for (int capability : config.capabilities()) {
      Avps.add(group, Cx.MANDATORY_CAPABILITY, Avps.VENDOR_3GPP, capability);
    }
  }

  private static Dispatcher.Key key(int command) {
    return new Dispatcher.Key(Cx.APPLICATION.getAuthAppId(), command);
  }
}
