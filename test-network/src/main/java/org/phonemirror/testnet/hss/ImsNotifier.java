package org.phonemirror.testnet.hss;

import java.util.List;
import java.util.Optional;
import org.phonemirror.hss.sh.Sh;
import org.phonemirror.testnet.hss.ImsSubscriptions.Watch;
import org.phonemirror.testnet.hss.Registrations.Registration;

/**
 * Tells application servers of a changed registration state, S-CSCF or filter criteria (TS 29.328
 * §6.1.4). Each PNR is about one Data-Reference, for no server has announced the feature Notif-Eff.
 */
final class ImsNotifier {
  private final ImsSubscriptions subscriptions;
  private final Notifier notifier;

  ImsNotifier(ImsSubscriptions subscriptions, Notifier notifier) {
    this.subscriptions = subscriptions;
    this.notifier = notifier;
  }

  private record View(Optional<Registration> registration, List<FilterCriterion> criteria) {}

  void registrationChanged(
      String impi, Optional<Registration> before, Optional<Registration> after) {
    tell(impi, new View(before, List.of()), new View(after, List.of()));
  }

  void criteriaChanged(String impi, List<FilterCriterion> before, List<FilterCriterion> after) {
    tell(impi, new View(Optional.empty(), before), new View(Optional.empty(), after));
  }

  private void tell(String impi, View before, View after) {
    for (Watch watch : subscriptions.of(impi)) {
      String now = document(watch, after);
      if (!now.equals(document(watch, before))) {
        notifier.push(watch.watcher(), now);
      }
    }
  }

  private static String document(Watch watch, View view) {
    ShDocument document = new ShDocument();
    if (watch.reference() == Sh.IMS_USER_STATE) {
      document.addState(view.registration());
    } else if (watch.reference() == Sh.S_CSCF_NAME) {
      document.addServingCscfOrNone(view.registration());
    } else {
      String server = watch.serverName().orElseThrow();
      document.addCriteria(
          view.criteria().stream().filter(c -> c.server().equals(server)).toList());
    }
    return document.toString();
  }
}
