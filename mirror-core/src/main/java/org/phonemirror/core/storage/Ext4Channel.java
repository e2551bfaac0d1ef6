package org.phonemirror.core.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** Reads a regular file in an image. */
final class Ext4Channel implements SeekableByteChannel {
  private final Ext4Image.Content content;
  private final Meter meter;
  private long position;
  private boolean open = true;

  /** Is told what is to be read. */
  interface Meter {
    void reading(long bytes) throws IOException;
  }

  Ext4Channel(Ext4Image.Content content, Meter meter) {
    this.content = content;
    this.meter = meter;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    mustBeOpen();
    meter.reading(Math.max(0, Math.min(to.remaining(), content.size() - position)));
    int n = content.read(to, position);
    position += Math.max(0, n);
    return n;
  }

  @Override
  public long position() throws IOException {
    mustBeOpen();
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) throws IOException {
    mustBeOpen();
    if (to < 0) {
      throw new IllegalArgumentException("position " + to);
    }
    position = to;
    return this;
  }

  @Override
  public long size() throws IOException {
    mustBeOpen();
    return content.size();
  }

  private void mustBeOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
