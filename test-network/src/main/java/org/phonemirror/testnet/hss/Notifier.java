package org.phonemirror.testnet.hss;

import org.jdiameter.api.AvpSet;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.sh.Sh;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PNR: tells an application server of changed data (TS 29.328 §6.1.4). */
final class Notifier {
  private static final Logger log = LoggerFactory.getLogger(Notifier.class);

  private final Outgoing outgoing;

  Notifier(Outgoing outgoing) {
    this.outgoing = outgoing;
  }

  /** Tries once: a server that cannot be reached reads the data when it is back. */
  void push(Repository.Watcher watcher, String shData) {
    outgoing
        .send(
            Sh.APPLICATION,
            Sh.PNR,
            new Outgoing.Destination(watcher.host(), watcher.realm()),
            avps -> fill(avps, watcher, shData))
        .whenComplete(
            (result, failure) -> {
              if (failure != null) {
                log.warn("change for {} is not told: {}", watcher.user(), failure.getMessage());
              } else if (!result.equals(Result.SUCCESS)) {
                log.warn("{} answers a change with {}", watcher.host(), result);
              }
            });
  }

  private static void fill(AvpSet avps, Repository.Watcher watcher, String shData) {
    AvpSet identity = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
    Avps.add(identity, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, watcher.user().uri());
    Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, shData);
  }
}
