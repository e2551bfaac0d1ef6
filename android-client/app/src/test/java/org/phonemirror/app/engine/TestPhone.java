package org.phonemirror.app.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.phonemirror.app.control.Shell;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.channel.Link;

/** A phone that is as the test says. */
final class TestPhone implements Phone, Shell {
  volatile PhoneClock clock = new PhoneClock(Clock.systemUTC(), System::nanoTime);
  volatile Network network = Network.UNMETERED;
  volatile Link link = Link.OTHER;
  volatile boolean charging;
  volatile long boots = 1;
  volatile boolean foreground;
  volatile boolean frozen;
  final AtomicReference<Optional<Duration>> alarm = new AtomicReference<>(Optional.empty());

  @Override
  public PhoneClock clock() {
    return clock;
  }

  @Override
  public Network network() {
    return network;
  }

  @Override
  public Link link() {
    return link;
  }

  @Override
  public long boots() {
    return boots;
  }

  @Override
  public boolean charging() {
    return charging;
  }

  @Override
  public void alarm(Optional<Duration> after) {
    alarm.set(after);
  }

  @Override
  public boolean freeze(boolean now) {
    frozen = now;
    return now;
  }

  @Override
  public void foreground(boolean runs) {
    foreground = runs;
  }
}
