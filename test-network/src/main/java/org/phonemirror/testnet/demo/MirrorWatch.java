package org.phonemirror.testnet.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScope;

/** Tells how one subscriber's mirror goes on, by the operator's page, and waits for it. */
final class MirrorWatch {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Story story;
  private final MirrorServerProcess server;
  private final String subscriber;
  private long told;

  /** What an operator sees of a mirror. */
  interface Seen {
    boolean holds(JsonNode mirror);
  }

  MirrorWatch(Story story, MirrorServerProcess server, String subscriber) {
    this.story = story;
    this.server = server;
    this.subscriber = subscriber;
  }

  void await(String what, Seen seen) throws Exception {
    Story.await(
        what,
        PATIENCE,
        () -> {
          tellIntervals();
          return mirror().filter(seen::holds).isPresent();
        });
  }

  /** Until what a mirror can't know, as the random part of a Message-ID, was repaired. */
  void awaitIdentical() throws Exception {
    long now = page().get("intervals").asLong();
    await(
        "mirror is like its phone",
        mirror ->
            mirror.get("intervals").asLong() >= now + 2
                && mirror.get("last").get("identical").asBoolean());
  }

  private Optional<JsonNode> mirror() throws IOException, InterruptedException {
    return server.mirror(subscriber);
  }

  /** The mirror's entry on the operator's page. */
  JsonNode page() throws IOException, InterruptedException {
    return mirror().orElseThrow();
  }

  void tellIntervals() throws IOException, InterruptedException {
    Optional<JsonNode> mirror = mirror();
    if (mirror.isPresent() && mirror.get().get("intervals").asLong() > told) {
      told = mirror.get().get("intervals").asLong();
      JsonNode last = mirror.get().get("last");
      story.tell(
          "mirror: interval %d replayed, storage %s: %d files, %s%s"
              .formatted(
                  told,
                  last.get("identical").asBoolean() ? "identical" : "DIVERGED",
                  last.get("files").asLong(),
                  Story.size(last.get("bytes").asLong()),
                  last.get("unsettled").asInt() == 0
                      ? ""
                      : " (" + last.get("unsettled").asInt() + " paths were being written)"));
    }
  }

  /** Compares once more, with neither the server's nor the phone's word for it. */
  boolean conclude(Handset phone, StorageScope scope) throws Exception {
    StorageDigest phones = StorageImage.digest(phone.guest().dataImage(), scope);
    StorageDigest mirrors = StorageImage.digest(server.savedImage(subscriber), scope);
    JsonNode mirror = page();
    boolean equal = phones.equals(mirrors);
    story.tell(
        "storage %s after %d intervals: %d files, %s; %d diverged; repaired: %d, by %d bytes"
            .formatted(
                equal ? "identical" : "DIFFERENT",
                mirror.get("intervals").asLong(),
                mirrors.files(),
                Story.size(mirrors.bytes()),
                mirror.get("diverged").asLong(),
                mirror.get("repaired_files").asLong(),
                mirror.get("repair_wire_bytes").asLong()));
    return equal;
  }
}
