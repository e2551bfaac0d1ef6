package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Optional;
import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.Sh;

/** UDR: an application server reads data (TS 29.328 §6.1.1). */
final class UserData implements Command {
  private static final List<Long> SERVED =
      List.of(
          Sh.REPOSITORY_DATA,
          Sh.IMS_PUBLIC_IDENTITY,
          Sh.IMS_USER_STATE,
          Sh.S_CSCF_NAME,
          Sh.INITIAL_FILTER_CRITERIA,
          Sh.MSISDN_DATA);

  private final Subscribers subscribers;
  private final Permissions permissions;
  private final Registrations registrations;
  private final Repository repository;

  UserData(
      Subscribers subscribers,
      Permissions permissions,
      Registrations registrations,
      Repository repository) {
    this.subscribers = subscribers;
    this.permissions = permissions;
    this.registrations = registrations;
    this.repository = repository;
  }

  @Override
  public Result answer(RequestReader request, AvpSet answer) throws DiameterFault {
    ShHandler.Subject subject = ShHandler.subject(subscribers, request);
    permissions.check(request, Permissions.Operation.PULL, SERVED);
    List<Long> references = request.numbers("Data-Reference", Sh.DATA_REFERENCE, Avps.VENDOR_3GPP);
    for (long reference : references) {
      ShHandler.checkByImpu(subject, reference);
    }
    Subscriber subscriber = subject.subscriber();
    if (references.equals(List.of(Sh.REPOSITORY_DATA))) {
      Optional<RepositoryData> data = repositoryData(subscriber, request);
      data.ifPresent(d -> Avps.add(answer, Sh.USER_DATA, Avps.VENDOR_3GPP, d.toShData()));
      return Result.SUCCESS;
    }
    ShDocument document = new ShDocument();
    for (long reference : references) {
      if (reference == Sh.REPOSITORY_DATA) {
        repositoryData(subscriber, request).ifPresent(document::add);
      } else if (reference == Sh.IMS_PUBLIC_IDENTITY) {
        document.addIdentities(subscriber.impus());
      } else if (reference == Sh.MSISDN_DATA) {
        document.addMsisdns(subscriber.msisdns());
      } else if (reference == Sh.IMS_USER_STATE) {
        document.addState(registrations.of(subscriber));
      } else if (reference == Sh.S_CSCF_NAME) {
        document.addServingCscf(registrations.of(subscriber));
      } else {
        String server = request.text("Server-Name", Sh.SERVER_NAME, Avps.VENDOR_3GPP);
        document.addCriteria(
            subscriber.criteria().stream().filter(c -> c.server().equals(server)).toList());
      }
    }
    Avps.add(answer, Sh.USER_DATA, Avps.VENDOR_3GPP, document.toString());
    return Result.SUCCESS;
  }

  private Optional<RepositoryData> repositoryData(Subscriber subscriber, RequestReader request)
      throws DiameterFault {
    return repository.get(
        new Repository.DataKey(subscriber.impi(), ShHandler.serviceIndication(request)));
  }
}
