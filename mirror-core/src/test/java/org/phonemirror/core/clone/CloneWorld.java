package org.phonemirror.core.clone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.client.clone.CloneChannel;
import org.phonemirror.client.clone.CloneGoneException;
import org.phonemirror.client.clone.CloneProgress;
import org.phonemirror.client.clone.Cloner;
import org.phonemirror.core.download.serve.PostSink;
import org.phonemirror.core.machine.FakeMachineDriver;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;

/** Phones that are directories, and a server that takes their copies. */
final class CloneWorld {
  static final Impu ALICE = new Impu("sip:+15550001@ims.test");
  static final Impu BOB = new Impu("sip:+15550002@ims.test");
  static final String MODEL = "reference";
  static final byte[] FACTORY_FILE = random(1, 200_000);

  final FakeMachineDriver driver;
  final AtomicLong chunkBytes = new AtomicLong();
  CloneSettings settings;
  CloneService service;
  private final Path directory;

  CloneWorld(Path directory) throws IOException {
    this.directory = directory;
    driver = new FakeMachineDriver(Files.createDirectories(directory.resolve("machines")), MODEL);
    driver.addFactory("home/ringtone", FACTORY_FILE);
    settings =
        CloneSettings.at(directory.resolve("clones"), URI.create("https://127.38.0.1:8443/"));
    reopen();
  }

  /** The server was killed, and started again. */
  void reopen() throws IOException {
    service = CloneService.open(settings, driver, Clock.systemUTC());
  }

  static byte[] random(int seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  /** A phone in its factory state. */
  Path phone(String name) throws IOException {
    Path storage = directory.resolve(name);
    Files.createDirectories(storage.resolve("home"));
    Files.write(storage.resolve("home/ringtone"), FACTORY_FILE);
    return storage;
  }

  /** A phone with photos. */
  Path usedPhone(String name, int seed, int bytes) throws IOException {
    Path storage = phone(name);
    Files.createDirectories(storage.resolve("home/photos/old"));
    Files.write(storage.resolve("home/photos/one"), random(seed, bytes));
    Files.write(storage.resolve("home/photos/old/empty"), new byte[0]);
    Files.createSymbolicLink(storage.resolve("home/latest"), Path.of("photos/one"));
    return storage;
  }

  static StorageDigest digest(Path storage) throws IOException {
    return new StorageScanner(storage).scan(List.of());
  }

  static Boot boot(long id) {
    return new Boot(1, id, 1_700_000_000_000_000L, MODEL);
  }

  /** The address that a boot is refused with. */
  String token(Impu subscriber, long bootId) {
    String address = service.required(subscriber, boot(bootId)).orElseThrow().getPath();
    return address.substring(address.lastIndexOf('/') + 1);
  }

  /** The way to the server without a network, by the codec; counts the chunks that go. */
  CloneChannel channel(String token) {
    return request -> {
      if (request instanceof CloneRequest.Chunks chunks) {
        chunkBytes.addAndGet(chunks.contents().stream().mapToLong(chunk -> chunk.length).sum());
      }
      return post(service, token, request);
    };
  }

  static CloneReply post(PostSink sink, String token, CloneRequest request) throws IOException {
    try {
      byte[] reply =
          sink.post(token, CloneCodec.encode(request))
              .orElseThrow(() -> new CloneGoneException("no such address"));
      return CloneCodec.decodeReply(reply);
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
  }

  static Cloner cloner(Path storage) {
    return new Cloner(
        storage,
        StorageScope.ALL,
        MODEL,
        "v1",
        new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(1)),
        2);
  }

  /** Copies a phone whose boots have these ids before and after. */
  Cloner.Outcome copy(Path storage, Impu subscriber, long refused, long next) throws Exception {
    return cloner(storage).run(channel(token(subscriber, refused)), refused, next, SILENT);
  }

  static final Cloner.Listener SILENT =
      new Cloner.Listener() {
        @Override
        public void frozen() {}

        @Override
        public void progress(CloneProgress progress) {}
      };
}
