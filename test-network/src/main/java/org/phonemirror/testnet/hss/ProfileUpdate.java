package org.phonemirror.testnet.hss;

import java.util.List;
import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.MalformedDocumentException;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.Sh;

/** PUR: an application server writes or removes its data (TS 29.328 §6.1.2). */
final class ProfileUpdate implements Command {
  private static final Result OUT_OF_SYNC = new Result(Sh.OUT_OF_SYNC, true);
  private static final String USER_DATA = "User-Data";

  private final Subscribers subscribers;
  private final Permissions permissions;
  private final Repository repository;
  private final Notifier notifier;
  private final PacketDomain packetDomain;

  ProfileUpdate(
      Subscribers subscribers,
      Permissions permissions,
      Repository repository,
      Notifier notifier,
      PacketDomain packetDomain) {
    this.subscribers = subscribers;
    this.permissions = permissions;
    this.repository = repository;
    this.notifier = notifier;
    this.packetDomain = packetDomain;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    ShHandler.Subject subject = ShHandler.subject(subscribers, request);
    permissions.check(request, Permissions.Operation.UPDATE, List.of(Sh.REPOSITORY_DATA));
    ShHandler.checkByImpu(subject, Sh.REPOSITORY_DATA);
    String document = request.text(USER_DATA, Sh.USER_DATA, Avps.VENDOR_3GPP);
    RepositoryData update;
    try {
      update = RepositoryData.onlyOf(document);
    } catch (MalformedDocumentException e) {
      throw request.invalid(USER_DATA, Sh.USER_DATA, Avps.VENDOR_3GPP, e.getMessage());
    }
    String origin = request.originHost();
    Repository.DataKey key =
        new Repository.DataKey(subject.subscriber().impi(), update.serviceIndication());
    if (!repository.update(key, update)) {
      throw DiameterFault.of(
          OUT_OF_SYNC, "sequence number " + update.sequenceNumber() + " does not fit");
    }
    packetDomain.dataChanged(subject.subscriber(), update.serviceIndication());
    for (Repository.Watcher watcher : repository.watchers(key)) {
      if (!watcher.host().equals(origin)) {
        notifier.push(watcher, update.toShData());
      }
    }
    return Result.SUCCESS;
  }
}
