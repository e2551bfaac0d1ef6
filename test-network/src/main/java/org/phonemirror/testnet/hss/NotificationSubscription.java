package org.phonemirror.testnet.hss;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.ResultCode;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;
import org.phonemirror.testnet.hss.ImsSubscriptions.Watch;

/** SNR: an application server wants to know of changes, or no longer (TS 29.328 §6.1.3). */
final class NotificationSubscription implements Command {
  private static final Result DATA_ABSENT = new Result(Sh.SUBSCRIBED_DATA_ABSENT, true);
  private static final Result TOO_MANY = new Result(ResultCode.UNABLE_TO_COMPLY, false);
  private static final List<Long> WATCHED =
      List.of(Sh.REPOSITORY_DATA, Sh.IMS_USER_STATE, Sh.S_CSCF_NAME, Sh.INITIAL_FILTER_CRITERIA);
  private static final String TYPE = "Subs-Req-Type";

  private final Subscribers subscribers;
  private final Permissions permissions;
  private final Repository repository;
  private final ImsSubscriptions subscriptions;

  NotificationSubscription(
      Subscribers subscribers,
      Permissions permissions,
      Repository repository,
      ImsSubscriptions subscriptions) {
    this.subscribers = subscribers;
    this.permissions = permissions;
    this.repository = repository;
    this.subscriptions = subscriptions;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    ShHandler.Subject subject = ShHandler.subject(subscribers, request);
    permissions.check(request, Permissions.Operation.SUBSCRIBE, WATCHED);
    List<Long> references = request.numbers("Data-Reference", Sh.DATA_REFERENCE, Avps.VENDOR_3GPP);
    String impi = subject.subscriber().impi();
    Repository.Watcher watcher =
        new Repository.Watcher(request.originHost(), request.originRealm(), subject.impu());
    Optional<Repository.DataKey> transparent = Optional.empty();
    List<Watch> watches = new ArrayList<>();
    for (long reference : references) {
      ShHandler.checkByImpu(subject, reference);
      if (reference == Sh.REPOSITORY_DATA) {
        transparent =
            Optional.of(new Repository.DataKey(impi, ShHandler.serviceIndication(request)));
      } else {
        watches.add(new Watch(reference, serverName(request, reference), watcher));
      }
    }
    long type = request.number(TYPE, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP);
    if (type == Sh.UNSUBSCRIBE) {
      transparent.ifPresent(key -> repository.unwatch(key, watcher));
      subscriptions.remove(impi, watches);
      return Result.SUCCESS;
    }
    if (type != Sh.SUBSCRIBE) {
      throw request.invalid(
          TYPE, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP, "is " + type + ", must be 0 or 1");
    }
    if (transparent.isPresent() && !repository.canWatch(transparent.get())) {
      throw DiameterFault.of(
          DATA_ABSENT, subject.impu() + " has no data of " + transparent.get().serviceIndication());
    }
    if (!subscriptions.add(impi, watches)) {
      throw DiameterFault.of(TOO_MANY, subject.impu() + " is watched by too many already");
    }
    transparent.ifPresent(key -> repository.watch(key, watcher));
    return Result.SUCCESS;
  }

  private static Optional<String> serverName(RequestReader request, long reference)
      throws DiameterFault {
    return reference == Sh.INITIAL_FILTER_CRITERIA
        ? Optional.of(request.text("Server-Name", Sh.SERVER_NAME, Avps.VENDOR_3GPP))
        : Optional.empty();
  }
}
