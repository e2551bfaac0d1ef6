package org.phonemirror.client;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.clone.Cloner;
import org.phonemirror.client.clone.HttpCloneChannel;
import org.phonemirror.client.services.FileServer;
import org.phonemirror.sync.SyncSettings;

/** A copy of the phone under way, on a thread of its own. */
final class PhoneCopy implements AutoCloseable {
  /** How often in a row a request is sent in vain before the phone goes on as it is. */
  private static final int ATTEMPTS = 6;

  private final Thread thread;

  /** What has become of a copy. */
  interface End {
    /**
     * It has ended, with an outcome or the reason why there is none. The phone takes input again
     * when this returns.
     */
    void ended(Optional<Cloner.Outcome> outcome, String failure) throws InterruptedException;
  }

  /**
   * Begins a copy.
   *
   * @param address where the server takes it
   * @param refused the boot that the server has refused
   * @param next the boot that the stream begins with after it
   */
  PhoneCopy(
      SynClientConfig config,
      SyncSettings settings,
      String address,
      long refused,
      long next,
      SynClientListener listener,
      End end) {
    thread =
        new Thread(() -> run(config, settings, address, refused, next, listener, end), "clone");
    thread.setDaemon(true);
    thread.start();
  }

  private static void run(
      SynClientConfig config,
      SyncSettings settings,
      String address,
      long refused,
      long next,
      SynClientListener listener,
      End end) {
    Told told = new Told(listener);
    Optional<Cloner.Outcome> outcome = Optional.empty();
    String failure = "";
    try {
      URI uri = URI.create(address);
      FileServer server = FileServer.trusting(settings.files().certificate());
      if (!server.allows(uri)) {
        throw new IOException("the address for the copy is not the server's: " + address);
      }
      Cloner cloner =
          new Cloner(
              config.userStorage(),
              settings.scope(),
              config.model(),
              config.software(),
              config.retry(),
              ATTEMPTS);
      outcome =
          Optional.of(
              cloner.run(new HttpCloneChannel(() -> server.open(uri, 0)), refused, next, told));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "the client ends";
    } catch (IOException | RuntimeException e) {
      failure = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    try {
      end.ended(outcome, failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (told.isFrozen) {
        listener.thawed(outcome.isPresent());
      }
    }
  }

  private static final class Told implements Cloner.Listener {
    private final SynClientListener listener;
    private boolean isFrozen;

    Told(SynClientListener listener) {
      this.listener = listener;
    }

    @Override
    public void frozen() {
      isFrozen = true;
      listener.frozen();
    }

    @Override
    public void progress(CloneProgress progress) {
      listener.copying(progress);
    }
  }

  /** Ends it where it is. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
