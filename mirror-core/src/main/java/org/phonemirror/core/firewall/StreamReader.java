package org.phonemirror.core.firewall;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads a connection: what a TLS client wants to speak to, or what comes by HTTP. */
final class StreamReader implements FlowReader {
  private final Rules rules;
  private final Consumer<String> named;
  private final Supplier<HttpDownloads> newDownloads;
  private Optional<HttpDownloads> downloads = Optional.empty();
  private Optional<ClientHello> hello = Optional.empty();
  private boolean begun;
  private boolean ended;

  /**
   * Begins with a connection.
   *
   * @param rules what they don't need is not read
   * @param named gets the name of a TLS server
   * @param newDownloads makes what takes what is not TLS
   */
  StreamReader(Rules rules, Consumer<String> named, Supplier<HttpDownloads> newDownloads) {
    this.rules = rules;
    this.named = named;
    this.newDownloads = newDownloads;
  }

  @Override
  public void bytes(boolean fromPhone, byte[] data) {
    if (!begun) {
      begin(fromPhone, data);
    }
    if (ended) {
      return;
    }
    if (hello.isPresent()) {
      if (fromPhone) {
        hello.get().bytes(data).ifPresent(named);
        ended = hello.get().hasEnded();
      }
    } else {
      downloads.get().bytes(fromPhone, data);
      ended = downloads.get().hasEnded();
    }
    letGo();
  }

  private void letGo() {
    if (ended) {
      hello = Optional.empty();
      downloads = Optional.empty();
    }
  }

  private void begin(boolean fromPhone, byte[] data) {
    begun = true;
    if (!fromPhone) {
      ended = true; // neither TLS nor HTTP: there the client begins
    } else if (ClientHello.mayBegin(data)) {
      hello = Optional.of(new ClientHello());
      ended = !rules.useNames();
    } else if (rules.useContents()) {
      downloads = Optional.of(newDownloads.get());
    } else {
      ended = true;
    }
  }

  @Override
  public void ended(boolean fromPhone) {
    downloads.ifPresent(http -> http.ended(fromPhone));
    ended |= !fromPhone;
    letGo();
  }

  @Override
  public boolean hasEnded() {
    return ended;
  }
}
