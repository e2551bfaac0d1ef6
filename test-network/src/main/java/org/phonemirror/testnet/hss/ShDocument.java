package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Optional;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.testnet.hss.Registrations.Registration;

/** An Sh-Data document in the order of its schema (TS 29.328 annex D). */
final class ShDocument {
  private final StringBuilder identifiers = new StringBuilder();
  private final StringBuilder repositoryData = new StringBuilder();
  private final StringBuilder cscf = new StringBuilder();
  private final StringBuilder criteria = new StringBuilder();
  private final StringBuilder state = new StringBuilder();

  void addIdentities(List<Impu> impus) {
    impus.forEach(impu -> ServiceProfile.element(identifiers, "IMSPublicIdentity", impu.uri()));
  }

  void addMsisdns(List<String> msisdns) {
    msisdns.forEach(msisdn -> ServiceProfile.element(identifiers, "MSISDN", msisdn));
  }

  void add(RepositoryData data) {
    String whole = data.toShData();
    int from = whole.indexOf("<RepositoryData>");
    repositoryData.append(whole, from, whole.length() - "</Sh-Data>".length());
  }

  void addServingCscf(Optional<Registration> registration) {
    serving(registration).ifPresent(name -> ServiceProfile.element(cscf, "SCSCFName", name));
  }

  /** Of a change: an empty name tells that no S-CSCF serves any more. */
  void addServingCscfOrNone(Optional<Registration> registration) {
    ServiceProfile.element(cscf, "SCSCFName", serving(registration).orElse(""));
  }

  private static Optional<String> serving(Optional<Registration> registration) {
    return registration
        .filter(r -> r.state() != Registrations.State.PENDING)
        .map(Registration::serverName);
  }

  void addState(Optional<Registration> registration) {
    int number =
        registration
            .map(
                r ->
                    switch (r.state()) {
                      case REGISTERED -> 1;
                      case UNREGISTERED -> 2;
                      case PENDING -> 3;
                    })
            .orElse(0);
    ServiceProfile.element(state, "IMSUserState", Integer.toString(number));
  }

  void addCriteria(List<FilterCriterion> list) {
    criteria.append("<IFCs>");
    list.forEach(criterion -> ServiceProfile.append(criteria, criterion));
    criteria.append("</IFCs>");
  }

  @Override
  public String toString() {
    String ims = cscf.toString() + criteria + state;
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Sh-Data>"
        + group("PublicIdentifiers", identifiers.toString())
        + repositoryData
        + group("Sh-IMS-Data", ims)
        + "</Sh-Data>";
  }

  private static String group(String name, String content) {
    return content.isEmpty() ? "" : "<" + name + ">" + content + "</" + name + ">";
  }
}
