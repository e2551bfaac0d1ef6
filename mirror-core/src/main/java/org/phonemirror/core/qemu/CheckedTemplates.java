package org.phonemirror.core.qemu;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Templates whose files have been read since they changed.
 *
 * @param <T> what they are read as
 */
public final class CheckedTemplates<T> {
  private final TemplateDirectory directory;
  private final Loader<T> loader;
  private final Loader<List<Object>> stamp;
  private final Map<String, Checked<T>> checked = new ConcurrentHashMap<>();

  private record Checked<T>(T template, List<Object> stamp) {}

  /** Reads a phone model's directory. */
  @FunctionalInterface
  public interface Loader<T> {
    T load(Path directory, String phoneModel) throws IOException;
  }

  /**
   * Of a directory of templates.
   *
   * @param loader reads all of a template's files
   * @param stamp tells without reading them that they are still those that were read
   */
  public CheckedTemplates(
      TemplateDirectory directory, Loader<T> loader, Loader<List<Object>> stamp) {
    this.directory = directory;
    this.loader = loader;
    this.stamp = stamp;
  }

  private T check(String phoneModel) throws IOException {
    Path path = directory.of(phoneModel);
    T template = loader.load(path, phoneModel);
    checked.put(phoneModel, new Checked<>(template, stamp.load(path, phoneModel)));
    return template;
  }

  /** A template, read again if it has changed. */
  public T of(String phoneModel) throws IOException {
    Checked<T> known = checked.get(phoneModel);
    if (known != null) {
      try {
        if (known.stamp.equals(stamp.load(directory.of(phoneModel), phoneModel))) {
          return known.template;
        }
      } catch (NoSuchFileException e) {
        // the check tells which, and what to do
      }
    }
    return check(phoneModel);
  }
}
