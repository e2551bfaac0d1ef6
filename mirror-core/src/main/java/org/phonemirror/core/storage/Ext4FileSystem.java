package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An image as a file system of {@code java.nio.file}. */
final class Ext4FileSystem extends FileSystem {
  private static final int MOST_DEPTH = 1000;

  /** By holes and hard links, files may be longer than their image; by no more than this factor. */
  private static final int MOST_LENGTH = 16;

  private final Ext4Image image;
  private final Ext4Provider provider = new Ext4Provider(this);
  private final Map<Long, Directory> directories = new HashMap<>();
  private long lengthLeft;
  private boolean open = true;

  /** A directory that has been read, where it was found. */
  private record Directory(Ext4Path path, Map<String, Long> entries) {}

  Ext4FileSystem(Ext4Image image) {
    this.image = image;
    this.lengthLeft = image.bytes() * MOST_LENGTH;
  }

  Ext4Path top() {
    return new Ext4Path(this, true, List.of());
  }

  /** What is at a path; links are taken for what they are, wherever they stand. */
  Ext4Image.Inode find(Ext4Path path) throws IOException {
    List<String> names = path.toAbsolutePath().normalize().names();
    if (names.size() > MOST_DEPTH) {
      throw new IOException("storage image has too deep a directory: " + path);
    }
    Ext4Image.Inode inode = image().inode(Ext4Image.ROOT);
    for (int i = 0; i < names.size(); i++) {
      Long next = entries(inode, new Ext4Path(this, true, names.subList(0, i))).get(names.get(i));
      if (next == null) {
        throw new NoSuchFileException(path.toString());
      }
      inode = image.inode(next);
    }
    return inode;
  }

  /** The names in a directory. */
  List<String> list(Ext4Path path) throws IOException {
    return List.copyOf(entries(find(path), path.toAbsolutePath().normalize()).keySet());
  }

  private Map<String, Long> entries(Ext4Image.Inode inode, Ext4Path path) throws IOException {
    if (inode.kind() != Ext4Image.Kind.DIRECTORY) {
      throw new NotDirectoryException(path.toString());
    }
    Directory known = directories.get(inode.number());
    if (known == null) {
      Map<String, Long> entries = new HashMap<>();
      for (Ext4Image.Entry entry : image().list(inode)) {
        entries.put(entry.name(), entry.inode());
      }
      known = new Directory(path, entries);
      directories.put(inode.number(), known);
    } else if (!known.path.equals(path)) {
      throw new IOException("storage image has a directory where there can't be one: " + path);
    }
    return known.entries;
  }

  /** Where a link points. */
  String target(Ext4Image.Inode link) throws IOException {
    return image().target(link);
  }

  /** Opens a regular file; what is read of all of them is bounded. */
  Ext4Channel open(Ext4Path path, Ext4Image.Inode file) throws IOException {
    Ext4Image.Content content = image().content(file);
    return new Ext4Channel(
        content,
        n -> {
          image();
          lengthLeft -= n;
          if (lengthLeft < 0) {
            throw new IOException("files in storage are too long to be shown, at last " + path);
          }
        });
  }

  private Ext4Image image() {
    if (!open) {
      throw new ClosedFileSystemException();
    }
    return image;
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    open = false;
    image.close();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(top());
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public Ext4Path getPath(String first, String... more) {
    List<String> parts = new ArrayList<>();
    parts.add(first);
    parts.addAll(List.of(more));
    return Ext4Path.parse(this, String.join("/", parts));
  }

  @Override
  public PathMatcher getPathMatcher(String pattern) {
    throw new UnsupportedOperationException("storage is listed whole, not by a pattern");
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("owners of the guest's files mean nothing here");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("nobody changes a view");
  }
}
