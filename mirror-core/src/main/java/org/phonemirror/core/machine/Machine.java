package org.phonemirror.core.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.sync.InputEvent;

/** One mirror's running virtual machine. Stopped, storage consistent, except within a call. */
public interface Machine extends AutoCloseable {
  /**
   * The phone boots: mounts its storage and begins its user's session, with the mirror's clock at
   * the given time. A session that was still on ends as by a power cut first.
   *
   * @param timeMicros microseconds since the epoch
   */
  void powerOn(long timeMicros) throws MachineException;

  /**
   * The same, of a phone that tells the version of its software. Where there are several versions
   * of its model's template, the mirror goes on with the phone's; if that is not among them, with
   * the one that it has had.
   *
   * @param software as the phone tells it; empty if it doesn't
   * @return the version that the mirror has now; empty if that is not known
   */
  default String powerOn(long timeMicros, String software) throws MachineException {
    powerOn(timeMicros);
    return "";
  }

  /**
   * Replays one interval: sets the mirror's clock to its start, gives the events to the input
   * devices and what the network sent to the programs, at their own times on that clock, and stops
   * at the interval's end.
   *
   * @param startMicros t_k in microseconds since the epoch
   * @param lengthMicros the interval's length
   * @param events in order of time
   * @param tape of this interval
   */
  ReplayReport replay(long startMicros, long lengthMicros, List<InputEvent> events, Tape tape)
      throws MachineException;

  /** The phone is switched off: ends the session as the phone does, and unmounts the storage. */
  void powerOff(long timeMicros) throws MachineException;

  /**
   * Shows the mirror's user storage, read from outside the guest.
   *
   * @param reader gets a directory that holds the user storage and can be read during the call
   */
  <T> T readStorage(StorageReader<T> reader) throws MachineException;

  /**
   * Changes the user storage in order, through the guest's own file system, so that the programs of
   * its session see it. The phone must be on.
   *
   * @return why a change was refused, for each that was; none of them has changed anything, and the
   *     others are done
   */
  List<String> write(List<StorageWrite> changes) throws MachineException;

  /**
   * Why {@link #write} can change nothing on this machine, whatever the change: each is refused for
   * this reason. Empty if it can. A machine without an agent has no way into the guest's file
   * system.
   */
  default Optional<String> whyNotWritable() {
    return Optional.empty();
  }

  /** Saves the machine's state as the checkpoint of a position and goes on. */
  Checkpoint save(long position) throws MachineException;

  /**
   * What it costs its host now. Safe to call by any thread, also while another call is under way.
   */
  MachineUsage usage() throws MachineException;

  /** Ends the machine without saving. Safe to call at any time, by any thread, and again. */
  @Override
  void close();

  /** Reads user storage. */
  @FunctionalInterface
  interface StorageReader<T> {
    T read(Path userStorage) throws IOException;
  }
}
