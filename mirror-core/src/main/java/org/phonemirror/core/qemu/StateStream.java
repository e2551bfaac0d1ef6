package org.phonemirror.core.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stopped machine's state to a file and back, as QEMU's migration over a Unix socket of which
 * this process has the other end: QEMU may start no program that would read or write the file for
 * it, and needs no right to it.
 */
public final class StateStream {
  private static final String LOAD_SOCKET = GuestDirectory.SOCKETS + "/state";
  private static final String SAVE_SOCKET = "migration";
  private static final int CHUNK = 1 << 20;
  private static final long LOAD_PAUSE_MILLIS = 2;
  private static final long SAVE_PAUSE_MILLIS = 5;

  /** As much as the host can do; the default is made for networks. */
  private static final long BYTES_PER_SECOND = 64L << 30;

  private final QemuProcess process;
  private final QmpClient qmp;

  /** Of a process and its monitor. */
  public StateStream(QemuProcess process, QmpClient qmp) {
    this.process = process;
    this.qmp = qmp;
  }

  /** Loads a state into a machine that was started to wait for it; it is stopped then. */
  public void load(Path file, Deadline deadline) throws IOException {
    qmp.execute("migrate-incoming", Map.of("uri", "unix:" + LOAD_SOCKET), deadline);
    send(file, deadline);
    while (status("query-status", deadline).equals("inmigrate")) {
      if (deadline.passed()) {
        throw new IOException("QEMU did not load " + file + " in " + deadline.allowed());
      }
      pause(LOAD_PAUSE_MILLIS);
    }
  }

  private void send(Path file, Deadline deadline) throws IOException {
    Path socket = process.socket(LOAD_SOCKET);
    try (LineChannel to = LineChannel.connect(socket, 0, process::isAlive, deadline);
        FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
      for (long left = from.size(); left > 0; ) {
        byte[] part = new byte[(int) Math.min(CHUNK, left)];
        Channels.readFully(from, ByteBuffer.wrap(part), from.size() - left);
        to.send(part, deadline);
        left -= part.length;
      }
    }
  }

  /**
   * Writes memory and devices to a new file. QEMU does so once, until the machine has run again.
   *
   * @param most bytes that it may have
   */
  public void save(Path file, long most, Deadline deadline) throws IOException {
    Path socket = process.socket(SAVE_SOCKET);
    Files.deleteIfExists(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      process.directory().admit(SAVE_SOCKET);
      FutureTask<Boolean> copy = new FutureTask<>(() -> receive(server, file, most));
      Thread thread = new Thread(copy, "save-" + process.pid());
      thread.setDaemon(true);
      thread.start();
      qmp.execute("migrate-set-parameters", Map.of("max-bandwidth", BYTES_PER_SECOND), deadline);
      qmp.execute("migrate", Map.of("uri", "unix:" + SAVE_SOCKET), deadline);
      awaitEnd(copy, deadline);
      copy.get(deadline.millisLeft(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("can't write " + file + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("QEMU did not save in " + deadline.allowed(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private static boolean receive(ServerSocketChannel server, Path file, long most)
      throws IOException {
    try (SocketChannel from = server.accept();
        FileChannel to =
            FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------")))) {
      long at = 0;
      for (long n = 1; n > 0; at += n) {
        if (at > most) {
          throw new IOException("QEMU sends more than " + most + " bytes");
        }
        n = to.transferFrom(from, at, CHUNK);
      }
      return true;
    }
  }

  private void awaitEnd(FutureTask<Boolean> copy, Deadline deadline)
      throws IOException, InterruptedException, ExecutionException {
    for (String status = migration(deadline);
        !status.equals("completed");
        status = migration(deadline)) {
      if (status.equals("failed") || status.equals("cancelled")) {
        if (copy.isDone()) {
          copy.get(); // it failed here
        }
        JsonNode answer = qmp.execute("query-migrate", Map.of(), deadline);
        throw new IOException("QEMU can't save: " + answer.path("error-desc").asText(status));
      }
      if (deadline.passed()) {
        throw new IOException("QEMU did not save in " + deadline.allowed());
      }
      pause(SAVE_PAUSE_MILLIS);
    }
  }

  private String migration(Deadline deadline) throws IOException {
    return status("query-migrate", deadline);
  }

  private String status(String query, Deadline deadline) throws IOException {
    return qmp.execute(query, Map.of(), deadline).path("status").asText();
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
