package org.phonemirror.core.traffic.store;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;

/**
 * Tapes on disk, a directory for each subscriber, a file for each sequence number. A file is there
 * as a whole or not at all, whatever crashes.
 */
public final class TapeStore {
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})\\.tape");
  private static final String UNFINISHED = ".new";
  private static final int BUFFER = 64 * 1024;

  private final Path root;

  /** Below this directory, which is made if it is missing. */
  public TapeStore(Path root) throws IOException {
    this.root = Files.createDirectories(root);
  }

  /**
   * The tape of a sequence number, if there is one.
   *
   * @throws IOException naming the file, if it can't be read, is damaged or is another tape
   */
  public Optional<Tape> read(Impu subscriber, long sequence) throws IOException {
    Path file = file(subscriber, sequence);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      return Optional.of(TapeCodec.read(in, subscriber, sequence));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IOException(
          file + " " + e.getMessage() + "; delete it, and the mirror gets a silent tape", e);
    }
  }

  /** Makes a tape durable: when this returns, it survives a crash. */
  public void write(Impu subscriber, long sequence, Tape tape) throws IOException {
    Path directory = directory(subscriber);
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      sync(root);
    }
    Path file = file(subscriber, sequence);
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
        TapeCodec.write(out, subscriber, sequence, tape);
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw new IOException("can't write " + file + ": " + e.getMessage(), e);
    }
    sync(directory);
  }

  /** Deletes the tapes up to a sequence number. */
  public void release(Impu subscriber, long upTo) throws IOException {
    Path directory = directory(subscriber);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && Long.parseLong(name.group(1)) <= upTo) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Deletes all tapes of a subscriber. */
  public void forget(Impu subscriber) throws IOException {
    Path directory = directory(subscriber);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
    sync(root);
  }

  private Path file(Impu subscriber, long sequence) {
    return directory(subscriber).resolve(sequence + ".tape");
  }

  /** An identity has characters that file names can't have, and may be too long for one. */
  private Path directory(Impu subscriber) {
    byte[] uri = subscriber.uri().getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(uri);
      return root.resolve(HexFormat.of().formatHex(hash, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
