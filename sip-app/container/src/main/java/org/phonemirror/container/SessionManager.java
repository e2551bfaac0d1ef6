package org.phonemirror.container;

import java.beans.PropertyChangeEvent;
import java.beans.PropertyChangeListener;
import org.mobicents.servlet.sip.catalina.SipStandardManager;

/**
 * The session manager of a SIP context. The container stores it as a PropertyChangeListener, which
 * the manager of Tomcat 7.0.109 no longer is.
 */
public final class SessionManager extends SipStandardManager implements PropertyChangeListener {
  @Override
  public void propertyChange(PropertyChangeEvent event) {
    // the context's session time-out is set in sip.xml and does not change while it runs
  }
}
