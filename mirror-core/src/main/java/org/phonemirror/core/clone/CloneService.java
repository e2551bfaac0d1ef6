package org.phonemirror.core.clone;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.phonemirror.core.download.serve.PostSink;
import org.phonemirror.core.machine.FactoryStorage;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.store.StateFiles;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Boot;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.MalformedMessageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the copies of phones that have been used before (ADR 30).
 *
 * <p>A phone whose stream begins is sent here with a capability, unless its copy is there already
 * and it begins with the very boot that it has named at the copy's end. What it was is compared
 * with its digest twice: when all has arrived, and when it is in the mirror.
 */
public final class CloneService implements Cloning, PostSink {
  private static final Logger LOG = LoggerFactory.getLogger(CloneService.class);

  /** So many copies have their manifests in memory; the others read them again when they go on. */
  private static final int AT_WORK = 16;

  private static final int TOKEN_BYTES = 16;

  private final CloneSettings settings;
  private final FactoryStorage factories;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<Impu, Copying> copies = new ConcurrentHashMap<>();
  private final Map<Impu, String> tokens = new ConcurrentHashMap<>();
  private final Map<String, Impu> owners = new ConcurrentHashMap<>();
  private final Map<String, Factory> factory = new ConcurrentHashMap<>();
  private final Map<Impu, Copying> atWork = new LinkedHashMap<>(AT_WORK, 0.75f, true);

  private CloneService(CloneSettings settings, FactoryStorage factories, Clock clock) {
    this.settings = settings;
    this.factories = factories;
    this.clock = clock;
  }

  /**
   * Opens the directory with what copies there are.
   *
   * @throws IOException if it can't be read
   */
  public static CloneService open(CloneSettings settings, FactoryStorage factories, Clock clock)
      throws IOException {
    CloneService service = new CloneService(settings, factories, clock);
    Path phones = Files.createDirectories(settings.directory().resolve("phones"));
    try (Stream<Path> directories = Files.list(phones)) {
      for (Path directory : (Iterable<Path>) directories::iterator) {
        if (CloneRecord.isIn(directory)) {
          Copying copy = Copying.load(directory, settings);
          service.copies.put(copy.record().subscriber(), copy);
        } else {
          StateFiles.deleteTree(directory); // it had not begun
        }
      }
    }
    return service;
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public Optional<URI> required(Impu subscriber, Boot first) {
    if (!takesCopies(first.model())) {
      return Optional.empty();
    }
    Copying copy = copies.computeIfAbsent(subscriber, key -> begin(key, first.model()));
    CloneRecord record = copy.record();
    if (record.phase() != CloneRecord.Phase.COPYING && record.bootId() == first.bootId()) {
      return Optional.empty();
    }
    return Optional.of(
        settings.publicUri().resolve(PATH + tokens.computeIfAbsent(subscriber, this::newToken)));
  }

  private boolean takesCopies(String model) {
    try {
      return factories.takesCopies(model);
    } catch (MachineException e) {
      LOG.error("whether phones of model {} can be copied is not known", model, e);
      return true; // the phone asks again, and is refused until it is known
    }
  }

  private Copying begin(Impu subscriber, String model) {
    String name =
        HexFormat.of()
            .formatHex(CloneManifest.Chunk.id(subscriber.uri().getBytes(StandardCharsets.UTF_8)));
    Path directory = settings.directory().resolve("phones").resolve(name);
    return Copying.begin(subscriber, model, directory, settings);
  }

  private String newToken(Impu subscriber) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    owners.put(hash(token), subscriber);
    return token;
  }

  /** Tokens are looked up by their hashes, so that the time it takes tells nothing of them. */
  private static String hash(String token) {
    return HexFormat.of()
        .formatHex(CloneManifest.Chunk.id(token.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public Optional<byte[]> post(String token, byte[] body)
      throws IOException, MalformedMessageException {
    Impu subscriber = owners.get(hash(token));
    Copying copy = subscriber == null ? null : copies.get(subscriber);
    if (copy == null) {
      return Optional.empty();
    }
    CloneRequest request = CloneCodec.decodeRequest(body);
    String model = copy.record().model();
    CloneReply reply;
    try {
      reply = copy.take(request, factory(model, request instanceof CloneRequest.Begin));
    } catch (MachineException e) {
      LOG.error("{} can't be copied", subscriber, e);
      reply = new CloneReply.Refused("the server has no template for it");
    }
    touch(subscriber, copy);
    return Optional.of(CloneCodec.encode(reply));
  }

  /** A model's factory state; its template may be another when the next copy begins. */
  private Factory factory(String model, boolean anew) throws MachineException {
    Factory known = anew ? null : factory.get(model);
    if (known == null) {
      known = Factory.read(model, factories, settings.directory().resolve("factory"));
      factory.put(model, known);
    }
    return known;
  }

  private void touch(Impu subscriber, Copying copy) {
    Optional<Copying> resting = Optional.empty();
    synchronized (atWork) {
      atWork.put(subscriber, copy);
      if (atWork.size() > AT_WORK) {
        Impu eldest = atWork.keySet().iterator().next();
        resting = Optional.of(atWork.remove(eldest));
      }
    }
    resting.ifPresent(Copying::rest);
  }

  @Override
  public boolean isCopied(Impu subscriber) {
    Copying copy = copies.get(subscriber);
    return copy != null && copy.record().isCopied();
  }

  @Override
  public void write(Impu subscriber, Machine machine) throws MachineException {
    Copying copy = known(subscriber);
    Instant now = clock.instant();
    copy.write(
        machine,
        factories.storageScope(copy.record().model()),
        ChronoUnit.MICROS.between(Instant.EPOCH, now));
  }

  private Copying known(Impu subscriber) throws MachineException {
    Copying copy = copies.get(subscriber);
    if (copy == null) {
      throw new MachineException("there is no copy of " + subscriber);
    }
    return copy;
  }

  @Override
  public void written(Impu subscriber) throws IOException {
    Copying copy = copies.get(subscriber);
    if (copy != null) {
      copy.written();
      endToken(subscriber);
    }
  }

  private void endToken(Impu subscriber) {
    String token = tokens.remove(subscriber);
    if (token != null) {
      owners.remove(hash(token));
    }
  }

  @Override
  public void forget(Impu subscriber) throws IOException {
    endToken(subscriber);
    Copying copy = copies.remove(subscriber);
    synchronized (atWork) {
      atWork.remove(subscriber);
    }
    if (copy != null) {
      copy.delete();
    }
  }
}
