package org.phonemirror.app.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.phonemirror.app.engine.AppRule.await;
import static org.phonemirror.app.engine.AppRule.done;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.Settings;
import org.phonemirror.app.model.Status.Phase;
import org.phonemirror.client.channel.CoapChannel;
import org.phonemirror.client.channel.CoapTiming;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.sync.KeyRing;
import org.phonemirror.core.sync.SyncServer;
import org.phonemirror.core.sync.SyncServerConfig;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.InputEvent;
import org.phonemirror.sync.Shutdown;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.SyncMessage;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

/** The app against the real mirror server's end of the channel: CoAP over DTLS over loopback. */
@RunWith(RobolectricTestRunner.class)
@Config(application = EngineApplication.class)
public class EndToEndTest {
  @Rule public final AppRule app = new AppRule();

  private final KeyRing keys = new KeyRing();
  private final List<SyncMessage> taken = new ArrayList<>();
  private SyncServer server;

  @Before
  public void start() throws Exception {
    keys.put("alice", new Impu("sip:alice@ims.test"), new byte[16]);
    server = serve(new InetSocketAddress("127.42.0.1", 0));
    app.app().channels = settings -> new CoapChannel(settings, CoapTiming.DEFAULT);
  }

  @After
  public void stop() {
    server.close();
  }

  private SyncServer serve(InetSocketAddress at) throws Exception {
    return SyncServer.start(
        SyncServerConfig.at(at),
        keys,
        (subscriber, message, encoded) -> CompletableFuture.completedStage(take(message)),
        Clock.systemUTC());
  }

  private synchronized Acknowledgement take(SyncMessage message) {
    long next = taken.size() + 1L;
    if (message.sequence() == next) {
      taken.add(message);
      next++;
    }
    return message.sequence() < next
        ? Acknowledgement.accepted(next, List.of())
        : Acknowledgement.refused(Acknowledgement.Status.OUT_OF_ORDER, next, "not the next");
  }

  private synchronized <T extends SyncMessage> List<T> taken(Class<T> kind) {
    return taken.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Test
  public void whatIsTypedAndStoredIsWhatTheServerKnows() throws Exception {
    var storage = app.app().userStorage();
    Files.writeString(storage.resolve("note"), "hello");
    Files.setLastModifiedTime(storage.resolve("note"), FileTime.fromMillis(1_600_000_000_000L));
    String link = AppRule.INVITATION.replace(":5684/", ":" + server.address().getPort() + "/");
    done(app.control().provision(link));
    await(() -> app.status().phase() == Phase.ON);
    app.press(30);

    // the server is away for a while, and the process dies meanwhile
    InetSocketAddress address = server.address();
    server.close();
    app.press(31);
    done(app.control().change(Settings.USUAL)); // the worker has seen all
    app.restart();
    server = serve(address);
    await(() -> app.app().phone.foreground && app.control().state().account().isPresent());
    app.press(32);
    done(app.app().parts().runner().shutDown());

    assertThat(taken(Boot.class)).hasSize(1);
    assertThat(taken(Shutdown.class)).hasSize(1);
    assertThat(taken(Shutdown.class).get(0).digest())
        .isEqualTo(new StorageScanner(storage).scan(List.of()));
    List<Integer> pressed =
        taken(Batch.class).stream()
            .flatMap(batch -> batch.events().stream())
            .map(InputEvent::code)
            .toList();
    // what the process had in memory is lost with it, and is known to be
    assertThat(pressed).endsWith(32);
    assertThat(taken(Batch.class).stream().mapToLong(Batch::lost).sum()).isPositive();
    long end = taken(Boot.class).get(0).timeMicros();
    for (Batch batch : taken(Batch.class)) {
      assertThat(batch.startMicros()).isEqualTo(end);
      end = batch.endMicros();
    }
  }
}
