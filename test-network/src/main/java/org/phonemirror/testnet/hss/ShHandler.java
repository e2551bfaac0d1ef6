package org.phonemirror.testnet.hss;

import java.util.Map;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;

/** The Sh commands on RepositoryData, and what they have in common (TS 29.328 §6). */
final class ShHandler {
  static final Result USER_DATA_NOT_RECOGNIZED = new Result(5100, true);

  private final Map<Dispatcher.Key, Command> commands;

  ShHandler(Subscribers subscribers, Repository repository, Notifier notifier) {
    this.commands =
        Map.of(
            key(Sh.UDR),
            new UserData(subscribers, repository),
            key(Sh.PUR),
            new ProfileUpdate(subscribers, repository, notifier),
            key(Sh.SNR),
            new NotificationSubscription(subscribers, repository));
  }

  Map<Dispatcher.Key, Command> commands() {
    return commands;
  }

  static Impu user(RequestReader request) throws DiameterFault {
    return request.group("User-Identity", Sh.USER_IDENTITY, Avps.VENDOR_3GPP).impu();
  }

  static String serviceIndication(RequestReader request) throws DiameterFault {
    return request.text("Service-Indication", Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP);
  }

  static void checkDataReference(RequestReader request) throws DiameterFault {
    long reference = request.number("Data-Reference", Sh.DATA_REFERENCE, Avps.VENDOR_3GPP);
    if (reference != Sh.REPOSITORY_DATA) {
      throw DiameterFault.of(
          USER_DATA_NOT_RECOGNIZED, "Data-Reference is " + reference + ", only 0 is served");
    }
  }

  private static Dispatcher.Key key(int command) {
    return new Dispatcher.Key(Sh.APPLICATION.getAuthAppId(), command);
  }
}
