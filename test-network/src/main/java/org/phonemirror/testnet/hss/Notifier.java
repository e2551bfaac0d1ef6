package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.EventListener;
import org.jdiameter.api.InternalException;
import org.jdiameter.api.Request;
import org.jdiameter.api.Session;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.DiameterNode;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.Sh;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PNR: tells an application server of changed data (TS 29.328 §6.1.4). */
final class Notifier {
  private static final Logger log = LoggerFactory.getLogger(Notifier.class);
  private static final long DEADLINE_MILLIS = 5_000;

  private final Supplier<Optional<DiameterNode>> node;

  Notifier(Supplier<Optional<DiameterNode>> node) {
    this.node = node;
  }

  /** Tries once: a server that cannot be reached reads the data when it is back. */
  void push(Repository.Watcher watcher, RepositoryData data) {
    // without this check the stack would give the request to any peer of the same realm
    Optional<DiameterNode> sender = node.get().filter(n -> n.isConnected(watcher.host()));
    if (sender.isEmpty()) {
      log.warn("{} is not connected and misses a change for {}", watcher.host(), watcher.user());
      return;
    }
    try {
      sender.get().addRealm(watcher.realm(), Sh.APPLICATION);
      Session session = sender.get().newSession();
      Request request =
          DiameterNode.request(
              session, Sh.PNR, Sh.APPLICATION, watcher.realm(), Optional.of(watcher.host()));
      fill(request.getAvps(), watcher, data);
      DiameterNode.send(session, request, new Outcome(session, watcher), DEADLINE_MILLIS);
    } catch (IOException | InternalException e) {
      log.warn("{} misses a change for {}: {}", watcher.host(), watcher.user(), e.getMessage());
    }
  }

  private static void fill(AvpSet avps, Repository.Watcher watcher, RepositoryData data) {
    Avps.add(avps, Avp.AUTH_SESSION_STATE, Avps.BASE, Answers.NO_STATE_MAINTAINED);
    AvpSet identity = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
    Avps.add(identity, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, watcher.user().uri());
    Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, data.toShData());
  }

  private record Outcome(Session session, Repository.Watcher watcher)
      implements EventListener<Request, Answer> {
    @Override
    public void receivedSuccessMessage(Request request, Answer answer) {
      session.release();
      try {
        Result result = Result.of(answer.getAvps());
        if (!result.equals(Result.SUCCESS)) {
          log.warn("{} answers a notification with {}", watcher.host(), result);
        }
      } catch (AvpDataException e) {
        log.warn("{} answers a notification: {}", watcher.host(), e.getMessage());
      }
    }

    @Override
    public void timeoutExpired(Request request) {
      session.release();
      log.warn("{} does not answer a notification for {}", watcher.host(), watcher.user());
    }
  }
}
