package org.phonemirror.app.control;

import android.content.ContentResolver;
import android.net.Uri;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.phonemirror.app.model.MirrorException;
import org.phonemirror.app.model.Problem;
import org.phonemirror.app.model.Sending;
import org.phonemirror.client.services.ClientServices;

/**
 * Files that other apps share. Each is copied into a folder of user storage, so that the mirror has
 * it too; the same content under the same name is there once.
 */
public final class SharedContent {
  /** In user storage. */
  static final String FOLDER = "Download/Phone Mirror";

  private static final int MAX_NAME = 100;

  private final ContentResolver resolver;
  private final Path userStorage;
  private final Path parts;

  /**
   * Copies into this user storage.
   *
   * @param parts a directory on the same file system and no part of it, where copies are made
   */
  public SharedContent(ContentResolver resolver, Path userStorage, Path parts) {
    this.resolver = resolver;
    this.userStorage = userStorage;
    this.parts = parts;
  }

  /** Copies the files and orders that the mirror sends each. */
  CompletableFuture<Void> send(ClientServices services, Sending sending) throws IOException {
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (Sending.Source source : sending.files()) {
      Path file = copy(source);
      all =
          all.thenCombine(
              services.send(
                  ClientServices.newId(),
                  file,
                  sending.subject(),
                  sending.text(),
                  sending.recipients()),
              (before, id) -> null);
    }
    return all;
  }

  private Path copy(Sending.Source source) throws IOException {
    Uri uri = Uri.parse(source.uri());
    if (!ContentResolver.SCHEME_CONTENT.equals(uri.getScheme())) {
      throw new MirrorException(
          Problem.NOT_SHARED, source.uri() + " is not what another app shares");
    }
    Files.createDirectories(parts);
    Path part = Files.createTempFile(parts, "shared", "");
    try {
      try (InputStream in = resolver.openInputStream(uri)) {
        if (in == null) {
          throw new MirrorException(Problem.NOT_GIVEN, source.uri() + " is not given");
        }
        Files.copy(in, part, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      } catch (SecurityException e) {
        throw new MirrorException(Problem.NOT_GIVEN, source.uri() + " may not be read", e);
      }
      Path folder = Files.createDirectories(userStorage.resolve(FOLDER));
      String name = name(source);
      int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
      Path file = folder.resolve(name);
      for (int i = 2; Files.exists(file) && !same(file, part); i++) {
        file = folder.resolve(name.substring(0, dot) + " (" + i + ")" + name.substring(dot));
      }
      if (!Files.exists(file)) {
        Files.move(part, file);
      }
      return file;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String name(Sending.Source source) {
    String name = source.name().replaceAll("[/\\p{Cntrl}]", "_").trim();
    if (name.isEmpty() || name.startsWith(".")) {
      name = "shared" + name;
    }
    return name.length() > MAX_NAME ? name.substring(name.length() - MAX_NAME) : name;
  }

  private static boolean same(Path one, Path other) throws IOException {
    if (Files.size(one) != Files.size(other)) {
      return false;
    }
    try (InputStream a = Files.newInputStream(one);
        InputStream b = Files.newInputStream(other)) {
      byte[] left = new byte[8192];
      byte[] right = new byte[8192];
      for (int n = fill(a, left); n > 0; n = fill(a, left)) {
        if (fill(b, right) != n || !java.util.Arrays.equals(left, right)) {
          return false;
        }
      }
      return true;
    }
  }

  private static int fill(InputStream in, byte[] buffer) throws IOException {
    int filled = 0;
    for (int n = in.read(buffer); n > 0; n = in.read(buffer, filled, buffer.length - filled)) {
      filled += n;
      if (filled == buffer.length) {
        break;
      }
    }
    return filled;
  }
}
