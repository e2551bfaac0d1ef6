package org.phonemirror.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;
import org.phonemirror.client.queue.MessageQueue;
import org.phonemirror.client.queue.QueueLimits;
import org.phonemirror.client.repair.PhoneConditions;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.SyncSettings;

/** The engine as the reference phone has it, in a Java virtual machine. */
public final class PlainEngineTest extends EngineContract {
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Optional<SynClient> client = Optional.empty();
  private Optional<SyncSettings> settings = Optional.empty();
  private boolean sessionOn;
  private volatile long bootId;
  private volatile long reached;

  private SynClient client() {
    return client.orElseThrow();
  }

  private Path in(String name) {
    return folder.getRoot().toPath().resolve(name);
  }

  @After
  public void close() throws Exception {
    if (client.isPresent()) {
      client().close();
    }
  }

  private void open() throws IOException {
    SynClientConfig config =
        new SynClientConfig(
            "reference",
            storage(),
            rejected(),
            Duration.ofSeconds(30),
            Duration.ofMillis(300),
            new RetryPolicy(Duration.ofMillis(10), Duration.ofMillis(50)),
            PhoneConditions.METERED,
            in("private"));
    client =
        Optional.of(
            new SynClient(
                config,
                clock.phoneClock(),
                MessageQueue.open(in("state"), QueueLimits.DEFAULT),
                given -> server,
                new Listener()));
    settings.ifPresent(client()::settings);
  }

  private final class Listener implements SynClientListener {
    @Override
    public void notices(List<Notice> notices) {
      // of no service
    }

    @Override
    public void warning(String text) {
      // some tests make it lose something
    }

    @Override
    public void reached(long boot, long endMicros) {
      bootId = boot;
      reached = endMicros;
    }
  }

  private void sessionStarted() {
    client().sessionStarted(clock.now());
    sessionOn = true;
  }

  @Override
  protected void begin(SyncSettings given) throws Exception {
    settings = Optional.of(given);
    open();
    sessionStarted();
  }

  @Override
  protected void change(SyncSettings given) {
    settings = Optional.of(given);
    client().settings(given);
  }

  @Override
  protected void report(List<InputEvent> report) {
    client().input().report(report);
  }

  @Override
  protected CompletableFuture<?> wake() {
    return client().wake();
  }

  @Override
  protected CompletableFuture<?> end() {
    sessionOn = false;
    return client().shutdown(clock.now());
  }

  @Override
  protected void restart() throws Exception {
    client().close();
    open();
    if (sessionOn) {
      client().sessionResumed(bootId, reached);
    } else {
      sessionStarted();
    }
  }

  @Override
  protected Path storage() {
    try {
      return Files.createDirectories(in("data"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Path rejected() {
    return in("rejected");
  }
}
