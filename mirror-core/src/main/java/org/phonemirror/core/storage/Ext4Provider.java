package org.phonemirror.core.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@link java.nio.file.Files} does with a path in an image; nothing of it writes. */
final class Ext4Provider extends FileSystemProvider {
  private final Ext4FileSystem files;

  Ext4Provider(Ext4FileSystem files) {
    this.files = files;
  }

  private Ext4Image.Inode find(Path path) throws IOException {
    return files.find(Ext4Path.of(path, files));
  }

  @Override
  public String getScheme() {
    return "ext4-image";
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    for (OpenOption option : options) {
      if (option != StandardOpenOption.READ && !(option instanceof LinkOption)) {
        throw new ReadOnlyFileSystemException();
      }
    }
    Ext4Image.Inode inode = find(path);
    if (inode.kind() != Ext4Image.Kind.FILE) {
      throw new FileSystemException(path.toString(), null, "is not a regular file");
    }
    return files.open(Ext4Path.of(path, files), inode);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> accepted = new ArrayList<>();
    for (String name : files.list(Ext4Path.of(directory, files))) {
      Path path = directory.resolve(name);
      try {
        if (filter.accept(path)) {
          accepted.add(path);
        }
      } catch (IOException e) {
        throw new DirectoryIteratorException(e);
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return accepted.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    Ext4Image.Inode inode = find(link);
    if (inode.kind() != Ext4Image.Kind.LINK) {
      throw new NotLinkException(link.toString());
    }
    return files.getPath(files.target(inode));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class) {
      throw new UnsupportedOperationException("no " + type.getSimpleName() + " of " + path);
    }
    return type.cast(new Ext4Attributes(find(path)));
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
    throw new UnsupportedOperationException("ask for BasicFileAttributes of " + path);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    if (type != BasicFileAttributeView.class) {
      return null; // as the interface has it
    }
    return type.cast(Ext4Attributes.view(() -> find(path)));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    find(path);
    for (AccessMode mode : modes) {
      if (mode != AccessMode.READ) {
        throw new AccessDeniedException(path.toString(), null, "a view is for reading");
      }
    }
  }

  @Override
  public boolean isSameFile(Path one, Path other) throws IOException {
    return other.getFileSystem() == files && find(one).number() == find(other).number();
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw new UnsupportedOperationException("a storage image is no file store");
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("see StorageView");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException("see StorageView");
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException("a path in a storage image has no URI");
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void delete(Path path) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
    throw new ReadOnlyFileSystemException();
  }
}
