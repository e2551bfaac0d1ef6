package org.phonemirror.client.clone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.phonemirror.client.RetryPolicy;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.CloneManifest;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.StorageDigest;
import org.phonemirror.sync.StorageScanner;
import org.phonemirror.sync.StorageScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the user storage to the server, on the thread of its caller. What has been sent need not
 * be sent again: every answer tells what is missing still, so that there is nothing to be
 * remembered here, whatever is interrupted. What no answer comes to is sent again, for a while.
 */
public final class Cloner {
  /** How a copy has ended. */
  public enum Outcome {
    /** The phone was in its initial state: there was nothing to be copied. */
    INITIAL,
    /** All is there. */
    COPIED
  }

  /** What happens meanwhile. */
  public interface Listener {
    /** From now on nothing should change the user storage. */
    void frozen();

    /** It goes on. */
    void progress(CloneProgress progress);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Cloner.class);

  /** Longest stretch of chunks or manifest in one message, if it is more than one chunk. */
  private static final int MESSAGE_BYTES = 128 * 1024;

  /** How often it begins again because something was changed nevertheless. */
  private static final int MAX_ROUNDS = 5;

  private final Path storage;
  private final StorageScope scope;
  private final String model;
  private final String software;
  private final RetryPolicy retry;
  private final int attempts;

  /**
   * Of a user storage.
   *
   * @param scope what is copied of it
   * @param software version of the phone's software; empty if it can't be told
   * @param attempts how often in a row a request is sent in vain before this gives up
   */
  public Cloner(
      Path storage,
      StorageScope scope,
      String model,
      String software,
      RetryPolicy retry,
      int attempts) {
    this.storage = storage;
    this.scope = scope;
    this.model = model;
    this.software = software;
    this.retry = retry;
    this.attempts = attempts;
  }

  /**
   * Copies.
   *
   * @param refused the boot that the server has refused
   * @param next the boot that the phone's stream begins with after a copy
   * @throws IOException saying why there is no copy; it may be tried again later
   * @throws InterruptedException if the thread was interrupted
   */
  public Outcome run(CloneChannel channel, long refused, long next, Listener listener)
      throws IOException, InterruptedException {
    boolean frozen = false;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      CloneReply reply = send(channel, new CloneRequest.Begin(refused, model, software, digest()));
      if (reply instanceof CloneReply.Done) {
        return Outcome.INITIAL;
      } else if (!(reply instanceof CloneReply.Copy)) {
        throw unexpected(reply);
      }
      if (!frozen) {
        listener.frozen();
        frozen = true;
      }
      Inventory inventory = Inventory.of(storage, scope, ((CloneReply.Copy) reply).nonce());
      reply = chunks(channel, inventory, manifest(channel, inventory.manifest()), listener);
      if (reply instanceof CloneReply.Wanted) {
        reply = send(channel, new CloneRequest.Finish(next, digest()));
      }
      if (reply instanceof CloneReply.Done) {
        return Outcome.COPIED;
      } else if (!(reply instanceof CloneReply.Again)) {
        throw unexpected(reply);
      }
      LOG.info("once more: {}", ((CloneReply.Again) reply).detail());
    }
    throw new IOException("user storage does not stay as it is while it is copied");
  }

  private StorageDigest digest() throws IOException {
    return new StorageScanner(storage, scope).scan(List.of());
  }

  private static IOException unexpected(CloneReply reply) {
    return new IOException(
        reply instanceof CloneReply.Refused refused
            ? "the phone can't be copied: " + refused.detail()
            : "the server answers out of order: " + reply);
  }

  private CloneReply manifest(CloneChannel channel, CloneManifest manifest)
      throws IOException, InterruptedException {
    byte[] encoded = CloneCodec.encode(manifest);
    byte[] digest = CloneManifest.Chunk.id(encoded);
    int have = 0;
    byte[] stretch = new byte[0]; // the first one just asks how much of it is there
    while (true) {
      CloneReply reply =
          send(channel, new CloneRequest.Manifest(digest, encoded.length, have, stretch));
      if (!(reply instanceof CloneReply.Have known)) {
        return reply;
      }
      have = Math.min(known.bytes(), encoded.length);
      stretch = Arrays.copyOfRange(encoded, have, Math.min(encoded.length, have + MESSAGE_BYTES));
    }
  }

  private CloneReply chunks(
      CloneChannel channel, Inventory inventory, CloneReply first, Listener listener)
      throws IOException, InterruptedException {
    CloneReply reply = first;
    long toSend =
        reply instanceof CloneReply.Wanted ? ((CloneReply.Wanted) reply).missingBytes() : 0;
    long left = toSend;
    while (reply instanceof CloneReply.Wanted && !((CloneReply.Wanted) reply).indices().isEmpty()) {
      listener.progress(new CloneProgress(toSend, toSend - left));
      List<byte[]> contents = new ArrayList<>();
      int bytes = 0;
      for (int index : ((CloneReply.Wanted) reply).indices()) {
        if (index >= inventory.size()) {
          throw unexpected(reply);
        }
        if (bytes > 0 && bytes + inventory.length(index) > MESSAGE_BYTES) {
          break;
        }
        contents.add(inventory.read(index));
        bytes += inventory.length(index);
      }
      reply = send(channel, new CloneRequest.Chunks(contents));
      if (reply instanceof CloneReply.Wanted wanted) {
        if (wanted.missingBytes() >= left) {
          return new CloneReply.Again("what was sent is not what was there before");
        }
        left = wanted.missingBytes();
      }
    }
    listener.progress(new CloneProgress(toSend, toSend - left));
    return reply;
  }

  private CloneReply send(CloneChannel channel, CloneRequest request)
      throws IOException, InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        return channel.send(request);
      } catch (CloneGoneException e) {
        throw e;
      } catch (IOException e) {
        if (failures == attempts) {
          throw e;
        }
        LOG.info("a part of the copy is sent again: {}", e.getMessage());
        Thread.sleep(retry.after(failures).toMillis());
      }
    }
  }
}
