package org.phonemirror.hss.diameter;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdiameter.api.Configuration;
import org.jdiameter.api.OverloadException;
import org.jdiameter.api.app.StateEvent;
import org.jdiameter.client.api.fsm.IContext;
import org.jdiameter.client.impl.fsm.FsmState;
import org.jdiameter.common.api.concurrent.IConcurrentFactory;
import org.jdiameter.common.api.statistic.IStatisticManager;
import org.jdiameter.server.impl.fsm.FsmFactoryImpl;
import org.jdiameter.server.impl.fsm.PeerFSMImpl;

/**
 * Makes the state machines of peers. jDiameter ends the thread of a machine when its peer is down
 * and starts another with the next event. An event that comes while the one ends or the other is
 * not counted yet is lost, or starts a second; so a peer that is back quickly after its connection
 * was lost got no CEA for as long as this went on.
 *
 * <p>And where jDiameter tries a lost connection again after its retry time, always the same, these
 * try soon, as most connections are lost to a flap or a restart, and then at intervals that double
 * up to the retry time, which is there to spare a peer that is down (Tc, RFC 6733 §2.1).
 */
public final class SteadyFsmFactory extends FsmFactoryImpl {
  private static final long STEADY_WITHIN_MILLIS = 1_000;

  /** The peer needs a moment to notice the loss itself. */
  private static final long FIRST_PAUSE_MILLIS = 1_500;

  private final IStatisticManager statistics;

  /** As jDiameter makes it. */
  public SteadyFsmFactory(IStatisticManager statistics) {
    super(statistics);
    this.statistics = statistics;
  }

  @Override
  public SteadyFsm createInstanceFsm(
      IContext context, IConcurrentFactory threads, Configuration configuration) {
    return new SteadyFsm(context, threads, configuration, statistics);
  }

  private static final class SteadyFsm extends PeerFSMImpl {
    private final Object starting = new Object();
    private final long slowest;

    SteadyFsm(
        IContext context,
        IConcurrentFactory threads,
        Configuration configuration,
        IStatisticManager statistics) {
      super(context, threads, configuration, statistics);
      slowest = REC_TIMEOUT;
      hurry();
    }

    private void hurry() {
      REC_TIMEOUT = Math.min(FIRST_PAUSE_MILLIS, slowest);
    }

    @Override
    protected void switchToNextState(FsmState next) {
      if (next == FsmState.OKAY) {
        hurry();
      }
      super.switchToNextState(next);
    }

    @Override
    public boolean handleEvent(StateEvent event) throws OverloadException {
      if (event == timeOutEvent && state == FsmState.REOPEN) {
        REC_TIMEOUT = Math.min(2 * REC_TIMEOUT, slowest); // after the attempt that begins now
      }
      // its own thread cannot wait for its own end
      if (isRunning() || Thread.currentThread().getName().startsWith("FSM-")) {
        return super.handleEvent(event);
      }
      synchronized (starting) {
        awaitSteady();
        return super.handleEvent(event);
      }
    }

    private boolean isRunning() {
      return mustRun && numberOfThreadsRunning.get() > 0;
    }

    private void awaitSteady() {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STEADY_WITHIN_MILLIS);
      while (mustRun != numberOfThreadsRunning.get() > 0 && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }
}
