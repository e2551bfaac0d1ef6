package org.phonemirror.container;

import org.apache.catalina.LifecycleException;
import org.mobicents.servlet.sip.startup.SipStandardContext;

/** A SIP application whose finished requests leave the heap when their transactions do. */
public final class MirrorContext extends SipStandardContext {
  @Override
  protected void initInternalApplicationComponents() throws LifecycleException {
    if (sasTimerService == null || !sasTimerService.isStarted()) {
      sasTimerService = new SessionTimers(getName());
    }
    if (proxyTimerService == null) {
      proxyTimerService = new ProxyTimers(getName());
    }
    super.initInternalApplicationComponents();
  }

  @Override
  public synchronized void stopInternal() throws LifecycleException {
    super.stopInternal();
    proxyTimerService = null; // a stopped one takes no more timers, should the context start again
  }
}
