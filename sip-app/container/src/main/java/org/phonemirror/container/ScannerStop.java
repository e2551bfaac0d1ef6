package org.phonemirror.container;

import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleEvent;
import org.apache.catalina.LifecycleListener;

/**
 * Ends the SIP stack's event scanner when the server is destroyed; the stack leaves that non-daemon
 * thread behind, and with it the process.
 */
public final class ScannerStop implements LifecycleListener {
  private static final String SCANNER = "EventScannerThread";

  @Override
  public void lifecycleEvent(LifecycleEvent event) {
    if (Lifecycle.AFTER_DESTROY_EVENT.equals(event.getType())) {
      interruptScanner();
    }
  }

  static void interruptScanner() {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(SCANNER)) {
        thread.interrupt();
      }
    }
  }
}
