package org.phonemirror.core.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * User storage in an image, read where it is: nothing is copied out. {@link #top} and what is below
 * are paths of a read-only {@link java.nio.file.FileSystem}, for {@link Files} and its like.
 *
 * <p>Symbolic links are never followed, as they are the guest's, nor can anything but a regular
 * file be opened. A file's {@code fileKey} changes with anything that is done to it, also where its
 * times are set back: two looks that find the same key, size and time find the same content.
 *
 * <p>Whatever no kernel writes is an {@link IOException} when it is come upon. One thread at a time
 * may use a view.
 */
public final class StorageView implements Closeable {
  private final Ext4FileSystem files;
  private final Path top;

  private StorageView(Ext4FileSystem files, Path top) {
    this.files = files;
    this.top = top;
  }

  /**
   * Opens an image.
   *
   * @param image holds an ext4 file system, frozen or unmounted, which nobody changes meanwhile
   * @throws IOException if it can't be read, or holds no such file system
   */
  public static StorageView open(Path image) throws IOException {
    Ext4FileSystem files = new Ext4FileSystem(Ext4Image.open(image));
    return new StorageView(files, files.top());
  }

  /**
   * Opens a directory of a file system that may have been mounted when its machine stopped.
   *
   * @param disk is closed with the view, or if it can't be opened
   * @param directory its path from the file system's top, with slashes; empty for the top
   * @throws IOException as {@link #open(Path)}, or if there is no such directory
   */
  public static StorageView open(Disk disk, String directory) throws IOException {
    Ext4FileSystem files = new Ext4FileSystem(Ext4Image.open(disk, true));
    try {
      Path top = files.top().resolve(directory).normalize();
      if (!Files.isDirectory(top)) {
        throw new IOException("there is no directory '" + directory + "' in " + disk);
      }
      return new StorageView(files, top);
    } catch (IOException e) {
      files.close();
      throw e;
    }
  }

  /** The directory that holds all. */
  public Path top() {
    return top;
  }

  /** Ends the view; its paths can't be used any more. */
  @Override
  public void close() throws IOException {
    files.close();
  }
}
