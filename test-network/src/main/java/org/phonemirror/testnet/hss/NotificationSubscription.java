package org.phonemirror.testnet.hss;

import java.util.List;
import org.jdiameter.api.AvpSet;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;

/** SNR: an application server wants to know of changes, or no longer (TS 29.328 §6.1.3). */
final class NotificationSubscription implements Command {
  private static final Result DATA_ABSENT = new Result(Sh.SUBSCRIBED_DATA_ABSENT, true);
  private static final String TYPE = "Subs-Req-Type";

  private final Subscribers subscribers;
  private final Permissions permissions;
  private final Repository repository;

  NotificationSubscription(
      Subscribers subscribers, Permissions permissions, Repository repository) {
    this.subscribers = subscribers;
    this.permissions = permissions;
    this.repository = repository;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    ShHandler.Subject subject = ShHandler.subject(subscribers, request);
    permissions.check(request, Permissions.Operation.SUBSCRIBE, List.of(Sh.REPOSITORY_DATA));
    ShHandler.checkByImpu(subject, Sh.REPOSITORY_DATA);
    Impu user = subject.impu();
    String service = ShHandler.serviceIndication(request);
    long type = request.number(TYPE, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP);
    Repository.DataKey key = new Repository.DataKey(subject.subscriber().impi(), service);
    Repository.Watcher watcher =
        new Repository.Watcher(request.originHost(), request.originRealm(), user);
    if (type == Sh.UNSUBSCRIBE) {
      repository.unwatch(key, watcher);
      return Result.SUCCESS;
    }
    if (type != Sh.SUBSCRIBE) {
      throw request.invalid(
          TYPE, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP, "is " + type + ", must be 0 or 1");
    }
    if (!repository.canWatch(key)) {
      throw DiameterFault.of(DATA_ABSENT, user + " has no data of " + service);
    }
    repository.watch(key, watcher);
    return Result.SUCCESS;
  }
}
