package org.phonemirror.testnet.hss;

import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.Sh;

/** UDR: an application server reads its data (TS 29.328 §6.1.1). */
final class UserData implements Command {
  private final Subscribers subscribers;
  private final Repository repository;

  UserData(Subscribers subscribers, Repository repository) {
    this.subscribers = subscribers;
    this.repository = repository;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    ShHandler.checkDataReference(request);
    Subscriber subscriber = CxHandler.subscriber(subscribers, ShHandler.user(request));
    Optional<RepositoryData> data =
        repository.get(
            new Repository.DataKey(subscriber.impi(), ShHandler.serviceIndication(request)));
    data.ifPresent(d -> Avps.add(answer, Sh.USER_DATA, Avps.VENDOR_3GPP, d.toShData()));
    return Result.SUCCESS;
  }
}
