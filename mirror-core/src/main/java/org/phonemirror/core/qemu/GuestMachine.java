package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.MachineUsage;
import org.phonemirror.core.store.StateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mirror's machine in a working directory. While its phone is switched off there is no process,
 * only user storage. While it is on there is a guest, stopped outside of calls.
 *
 * <p>When a call on the guest fails, what state the guest is in is not known: the machine has ended
 * then, and its caller goes on from a checkpoint.
 *
 * @param <G> its guests
 */
public abstract class GuestMachine<G extends RunningGuest> implements Machine {
  private static final Logger LOG = LoggerFactory.getLogger(GuestMachine.class);

  private final Place place;
  private final ReentrantLock inCall = new ReentrantLock();
  private volatile boolean closed;
  private volatile Optional<G> guest = Optional.empty();
  private volatile Optional<String> ended = Optional.empty();

  /**
   * Where a machine is at work.
   *
   * @param directory its mirror's
   * @param from what it goes on from
   * @param epoch its own
   * @param atClose told when the machine is closed
   */
  public record Place(
      MirrorDirectory directory, Checkpoint from, long epoch, Consumer<Machine> atClose) {}

  /** Begins in the working directory of its epoch, which holds the user storage. */
  protected GuestMachine(Place place) {
    this.place = place;
  }

  /** Its working directory. */
  protected final Path working() {
    return place.directory.working(place.epoch);
  }

  /** Its mirror's name. */
  protected final String mirror() {
    return place.from.mirror();
  }

  /** What runs; empty while the phone is off. */
  protected final Optional<G> guest() {
    return guest;
  }

  /** What runs; an exception while the phone is off. */
  protected final G switchedOn() throws MachineException {
    return guest.orElseThrow(
        () -> new MachineException("the phone of '" + mirror() + "' is switched off"));
  }

  /** A guest that goes on with a saved session; for the constructor. */
  protected final void goOn(G restored) {
    guest = Optional.of(restored);
  }

  /** The phone is off. */
  protected final void switchedOff() {
    guest = Optional.empty();
  }

  /** Starts a guest, unless a newer epoch has begun; one that was on ends as by a power cut. */
  protected final G restart(MirrorDirectory.Work<G> start) throws IOException {
    guest.ifPresent(RunningGuest::close);
    guest = Optional.empty();
    G started = place.directory.whileCurrent(place.epoch, start);
    guest = Optional.of(started);
    if (closed) {
      started.close();
      throw new IOException("it has been closed meanwhile");
    }
    return started;
  }

  /**
   * Writes a checkpoint's files and its manifest; the guest is as it was, also if that fails.
   *
   * @param made an empty directory
   */
  protected abstract void save(Path made, Checkpoint checkpoint) throws IOException;

  /** A checkpoint that {@link #save(Path, Checkpoint)} has made is there. */
  protected void saved(SavedCheckpoint checkpoint) {}

  @Override
  public final Checkpoint save(long position) throws MachineException {
    Path made = working().resolve("checkpoint");
    return exclusively(
        () -> {
          try {
            Files.createDirectory(made);
            Checkpoint checkpoint =
                new Checkpoint(mirror(), place.from.phoneModel(), position, guest.isPresent());
            save(made, checkpoint);
            SavedCheckpoint saved =
                place.directory.whileCurrent(
                    place.epoch, () -> place.directory.publish(made, position));
            saved(saved);
            return saved.checkpoint();
          } catch (IOException e) {
            // the guest is as it was: whoever has made room on the disk may save again
            throw failed("save in " + made, guest.map(g -> g.explain(e)).orElse(e));
          } finally {
            delete(made);
          }
        });
  }

  @Override
  public final MachineUsage usage() throws MachineException {
    mustRun();
    Optional<G> now = guest;
    try {
      return now.isPresent() ? now.get().usage() : MachineUsage.NONE;
    } catch (IOException e) {
      throw failed("tell the usage of", e);
    }
  }

  /** A call that does not depend on the guest. */
  protected interface Call<T> {
    T run() throws MachineException;
  }

  /** A call on the guest. */
  protected interface GuestCall<T> {
    T run() throws IOException, MachineException;
  }

  /** The calling thread is about to work with a guest. */
  protected void takeOver(G guest) throws IOException {}

  /** Calls the guest; if that fails the machine has ended. */
  protected final <T> T call(String what, GuestCall<T> call) throws MachineException {
    return exclusively(
        () -> {
          try {
            if (guest.isPresent()) {
              takeOver(guest.get());
            }
            return call.run();
          } catch (IOException e) {
            MachineException failure = failed(what, guest.map(g -> g.failed(e)).orElse(e));
            ended = Optional.of(failure.getMessage());
            guest = Optional.empty();
            throw failure;
          }
        });
  }

  /** One call at a time. Closing does not wait for it: the last to leave cleans up. */
  protected final <T> T exclusively(Call<T> call) throws MachineException {
    inCall.lock();
    try {
      mustRun();
      return call.run();
    } finally {
      inCall.unlock();
      if (closed) {
        cleanUp();
      }
    }
  }

  private void cleanUp() {
    if (inCall.tryLock()) {
      try {
        guest.ifPresent(RunningGuest::close);
        delete(working());
      } finally {
        inCall.unlock();
      }
    }
  }

  /** What can't be deleted now is deleted when the mirror's next epoch begins. */
  protected static void delete(Path path) {
    try {
      StateFiles.deleteTree(path);
    } catch (IOException e) {
      LOG.warn("can't delete {}", path, e);
    }
  }

  private void mustRun() throws MachineException {
    if (closed) {
      throw new MachineException("the machine of '" + mirror() + "' is closed");
    }
    if (ended.isPresent()) {
      throw new MachineException("the machine of '" + mirror() + "' has ended: " + ended.get());
    }
  }

  /** What a failed call throws. */
  protected final MachineException failed(String what, IOException e) {
    return MirrorStore.failed(what, mirror(), e);
  }

  @Override
  public final void close() {
    closed = true;
    guest.ifPresent(RunningGuest::close);
    cleanUp();
    place.atClose.accept(this);
  }
}
