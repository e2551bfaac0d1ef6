package org.phonemirror.core.qemu.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.core.qemu.Deadline;
import org.phonemirror.core.qemu.QemuProcess;
import org.phonemirror.core.qemu.QmpClient;

/**
 * A stopped machine's memory and devices to a file and back: as QEMU's migration, over a Unix
 * socket of which this process has the other end. So QEMU starts no program, and opens no file.
 */
final class StateStream {
  private static final String SOCKET = "migration";
  private static final long CHUNK = 1 << 20;
  private static final long PAUSE_MILLIS = 5;

  /** As much as the host can do; the default is made for networks. */
  private static final long BYTES_PER_SECOND = 64L << 30;

  private final QemuProcess process;
  private final QmpClient qmp;

  StateStream(QemuProcess process, QmpClient qmp) {
    this.process = process;
    this.qmp = qmp;
  }

  /** Writes a new file. */
  void save(Path file, Deadline deadline) throws IOException {
    Path socket = process.socket(SOCKET);
    Files.deleteIfExists(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      FutureTask<Boolean> copy = new FutureTask<>(() -> receive(server, file));
      Thread thread = new Thread(copy, "save-" + process.pid());
      thread.setDaemon(true);
      thread.start();
      qmp.execute("migrate-set-parameters", Map.of("max-bandwidth", BYTES_PER_SECOND), deadline);
      qmp.execute("migrate", Map.of("uri", "unix:" + SOCKET), deadline);
      await("completed", "query-migrate", deadline);
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

  private static boolean receive(ServerSocketChannel server, Path file) throws IOException {
    try (SocketChannel from = server.accept();
        FileChannel to =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = 0;
      for (long n = 1; n > 0; at += n) {
        n = to.transferFrom(from, at, CHUNK);
      }
      to.force(true);
      return true;
    }
  }

  /** Loads a file that {@link #save} made into a machine that waits for it. */
  void load(Path file, Deadline deadline) throws IOException {
    qmp.execute("migrate-incoming", Map.of("uri", "unix:" + SOCKET), deadline);
    try (SocketChannel to = SocketChannel.open(StandardProtocolFamily.UNIX);
        FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
      to.connect(UnixDomainSocketAddress.of(process.socket(SOCKET)));
      for (long at = 0; at < from.size(); ) {
        at += from.transferTo(at, CHUNK, to);
      }
    }
    while (status("query-status").equals("inmigrate")) {
      pause(deadline, "load");
    }
    Files.deleteIfExists(process.socket(SOCKET));
  }

  private void await(String wanted, String query, Deadline deadline) throws IOException {
    for (String status = status(query); !status.equals(wanted); status = status(query)) {
      if (status.equals("failed") || status.equals("cancelled")) {
        JsonNode answer = qmp.execute(query);
        throw new IOException("QEMU can't save: " + answer.path("error-desc").asText(status));
      }
      pause(deadline, "save");
    }
  }

  private String status(String query) throws IOException {
    return qmp.execute(query).path("status").asText();
  }

  private static void pause(Deadline deadline, String what) throws IOException {
    if (deadline.passed()) {
      throw new IOException("QEMU did not " + what + " in " + deadline.allowed());
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
