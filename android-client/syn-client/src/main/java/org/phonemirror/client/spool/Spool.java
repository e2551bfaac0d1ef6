package org.phonemirror.client.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.client.services.ClientServices;
import org.phonemirror.client.services.Told;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Order;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory in memory in which the phone's commands leave orders, each a file {@code *.order};
 * {@code notices} in it is what they show: the latest orders and notices, a line each.
 *
 * <p>An order's file is deleted when the order is durable; its id is the random part of the name,
 * so that a client that is killed in between gives the same order again. One that can't be given
 * becomes a notice, since the command has gone on.
 */
public final class Spool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
  private static final String SUFFIX = ".order";
  private static final String NOTICES = "notices";
  private static final long LOOK_MILLIS = 500;
  private static final long GIVE_SECONDS = 60;
  private static final int MAX_AT_ONCE = 512;

  private final Path directory;
  private final ClientServices services;
  private final ScheduledExecutorService thread;
  private List<String> shown = new ArrayList<>();

  private Spool(Path directory, ClientServices services) {
    this.directory = directory;
    this.services = services;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread fresh = new Thread(task, "syn-spool");
              fresh.setDaemon(true);
              return fresh;
            });
  }

  /** Looks into the directory from now on. */
  public static Spool watch(Path directory, ClientServices services) {
    Spool spool = new Spool(directory, services);
    var unused =
        spool.thread.scheduleWithFixedDelay(
            spool::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return spool;
  }

  private synchronized void look() {
    try {
      for (Path file : orders()) {
        take(file);
      }
      show();
    } catch (IOException | DirectoryIteratorException | ExecutionException e) {
      LOG.warn("orders in {} wait: {}", directory, e.toString());
    } catch (TimeoutException e) {
      LOG.warn("orders in {} wait, as the engine does not take them", directory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the spool {} could not be read", directory, e);
    }
  }

  private List<Path> orders() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : stream) {
        if (files.size() < MAX_AT_ONCE) {
          files.add(file);
        }
      }
    }
    files.sort(null);
    return files;
  }

  private void take(Path file) throws IOException, InterruptedException, TimeoutException {
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) > SpoolOrder.MAX_BYTES) {
        throw new IOException("'" + file.getFileName() + "' is no order");
      }
      var unused =
          new SpoolOrder(id(file), Files.readAllBytes(file))
              .giveTo(services)
              .get(GIVE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      services.tell("order-failed", String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      services.tell("order-failed", String.valueOf(e.getCause().getMessage()));
    }
    Files.deleteIfExists(file);
  }

  /** {@code <time>-<random number>.order}, both in 16 hexadecimal digits. */
  private static long id(Path file) throws IOException {
    String name = file.getFileName().toString();
    try {
      String digits = name.substring(name.indexOf('-') + 1, name.length() - SUFFIX.length());
      return Long.parseUnsignedLong(digits, 16) & Long.MAX_VALUE;
    } catch (NumberFormatException e) {
      throw new IOException("'" + name + "' is not the name of an order", e);
    }
  }

  private void show()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    List<String> lines = new ArrayList<>();
    for (Order order : services.orders().get(GIVE_SECONDS, TimeUnit.SECONDS)) {
      lines.add(line(order));
    }
    for (Told told : services.notices().get(GIVE_SECONDS, TimeUnit.SECONDS)) {
      lines.add(line(told));
    }
    if (!lines.equals(shown)) {
      Path fresh = directory.resolve("." + NOTICES);
      Files.write(fresh, lines, StandardCharsets.UTF_8);
      Files.move(
          fresh,
          directory.resolve(NOTICES),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      shown = lines;
    }
  }

  private static String line(Order order) {
    StringBuilder line = new StringBuilder();
    line.append("order ").append(order.id()).append(": ").append(order.service());
    for (Field field : order.fields()) {
      if (!field.name().equals("sha256")) {
        line.append(' ').append(field.value());
      }
    }
    return harmless(line.toString());
  }

  private static String line(Told told) {
    String order = told.notice().first("order").map(id -> " (order " + id + ")").orElse("");
    return harmless(told.at() + " " + told.notice().topic() + ": " + told.notice().text() + order);
  }

  /** Without what a terminal would obey. */
  private static String harmless(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** Gives what has been left until now, and looks no more. */
  @Override
  public void close() {
    thread.shutdown();
    look();
  }
}
