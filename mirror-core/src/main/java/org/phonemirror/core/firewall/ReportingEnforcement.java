package org.phonemirror.core.firewall;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log what should be blocked, for networks without a node that can. */
public final class ReportingEnforcement implements Enforcement {
  private static final Logger LOG = LoggerFactory.getLogger(ReportingEnforcement.class);

  private final Clock clock;
  private final Map<Target, Block> blocks = new LinkedHashMap<>();

  public ReportingEnforcement(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void block(Collection<Block> wanted) {
    for (Block block : wanted) {
      if (blocks.put(block.target(), block) == null) {
        LOG.info("not enforced here: block {} until {}", block.target(), block.until());
      }
    }
  }

  @Override
  public synchronized void unblock(Collection<Target> targets) {
    targets.forEach(blocks::remove);
  }

  @Override
  public synchronized List<Block> list() {
    blocks.values().removeIf(block -> !block.until().isAfter(clock.instant()));
    return List.copyOf(blocks.values());
  }

  @Override
  public boolean isEffective() {
    return false;
  }
}
