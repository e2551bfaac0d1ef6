package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** What an inode tells of a file. */
record Ext4Attributes(Ext4Image.Inode inode) implements BasicFileAttributes {
  /** The kernel sets {@code changed}, whatever a program makes of the other times. */
  private record Key(long inode, Instant changed) {}

  /** Finds the inode when it is asked for. */
  interface Finder {
    Ext4Image.Inode find() throws IOException;
  }

  static BasicFileAttributeView view(Finder finder) {
    return new BasicFileAttributeView() {
      @Override
      public String name() {
        return "basic";
      }

      @Override
      public BasicFileAttributes readAttributes() throws IOException {
        return new Ext4Attributes(finder.find());
      }

      @Override
      public void setTimes(FileTime modified, FileTime accessed, FileTime created) {
        throw new ReadOnlyFileSystemException();
      }
    };
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(inode.modified());
  }

  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return inode.kind() == Ext4Image.Kind.FILE;
  }

  @Override
  public boolean isDirectory() {
    return inode.kind() == Ext4Image.Kind.DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return inode.kind() == Ext4Image.Kind.LINK;
  }

  @Override
  public boolean isOther() {
    return inode.kind() == Ext4Image.Kind.OTHER;
  }

  @Override
  public long size() {
    return inode.size();
  }

  @Override
  public Object fileKey() {
    return new Key(inode.number(), inode.changed());
  }
}
