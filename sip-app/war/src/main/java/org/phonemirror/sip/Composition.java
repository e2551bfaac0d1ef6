package org.phonemirror.sip;

import org.phonemirror.core.signalling.PhoneMessenger;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sip.config.MirrorConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the server's parts together. */
final class Composition implements MirrorPlane, PhonePresence {
  private static final Logger LOG = LoggerFactory.getLogger(Composition.class);

  private Composition() {}

  static MirrorPlane start(MirrorConfig config, PhoneMessenger messenger) {
    return new Composition();
  }

  @Override
  public PhonePresence presence() {
    return this;
  }

  @Override
  public void phoneOn(Impu subscriber) {
    LOG.info("{} is on", subscriber);
  }

  @Override
  public void phoneOff(Impu subscriber) {
    LOG.info("{} is off", subscriber);
  }

  @Override
  public void close() {}
}
