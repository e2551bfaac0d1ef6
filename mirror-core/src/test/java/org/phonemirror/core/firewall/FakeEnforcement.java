package org.phonemirror.core.firewall;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node of the network that can be made to fail. */
public final class FakeEnforcement implements Enforcement {
  private final Map<Target, Block> blocks = new LinkedHashMap<>();
  private int failures;
  private int calls;

  /** Fails so many times, before it does anything. */
  public synchronized void failNext(int times) {
    failures = times;
  }

  private void call() throws IOException {
    calls++;
    if (failures > 0) {
      failures--;
      throw new IOException("node is away");
    }
  }

  @Override
  public synchronized void block(Collection<Block> wanted) throws IOException {
    call();
    wanted.forEach(block -> blocks.put(block.target(), block));
  }

  @Override
  public synchronized void unblock(Collection<Target> targets) throws IOException {
    call();
    targets.forEach(blocks::remove);
  }

  @Override
  public synchronized List<Block> list() throws IOException {
    call();
    return List.copyOf(blocks.values());
  }

  /** Forgets all, as a node does that was started anew. */
  public synchronized void reset() {
    blocks.clear();
  }

  /** What is blocked, without asking as the firewall does. */
  public synchronized Set<Target> blocked() {
    return Set.copyOf(blocks.keySet());
  }

  /** How often it was asked for something. */
  public synchronized int calls() {
    return calls;
  }
}
