package org.phonemirror.app.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import android.app.Application;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.phonemirror.app.model.Status.DayPoint;
import org.phonemirror.app.model.Status.Spending;
import org.phonemirror.app.phone.Phone;
import org.phonemirror.client.PhoneClock;
import org.phonemirror.client.channel.Link;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.StorageDigest;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.annotation.Config;

@RunWith(RobolectricTestRunner.class)
@Config(application = Application.class)
public class LedgerTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Rule public final TemporaryFolder directory = new TemporaryFolder();

  private Instant now = NOON;
  private Phone.Network network = Phone.Network.METERED;
  private Link link = Link.OTHER;

  private final class TestPhone implements Phone {
    @Override
    public PhoneClock clock() {
      return new PhoneClock(new Now(), System::nanoTime);
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
      return 1;
    }

    @Override
    public boolean charging() {
      return false;
    }
  }

  private final class Now extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private Path file() {
    return directory.getRoot().toPath().resolve("ledger");
  }

  /** As a process has it that has just begun. */
  private Ledger ledger() {
    return new Ledger(new TestPhone(), ZoneOffset.UTC, new LedgerFile(file()));
  }

  private Batch batch() {
    long end = NOON.getEpochSecond() * 1_000_000;
    StorageDigest digest = new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 0, 0, List.of());
    return new Batch(2, 9, end - 60_000_000, 60_000_000, List.of(), 0, digest);
  }

  @Test
  public void whatIsBookedOutlivesTheProcess() {
    Ledger before = ledger();
    now = NOON.plusSeconds(3);
    before.answered(300, Optional.of(batch()));
    before.saved(5_000_000);
    now = NOON.plusSeconds(1000);
    before.unreached(200);

    Ledger.Standing then = before.standing();
    Ledger.Standing after = ledger().standing();
    assertThat(after.today()).isEqualTo(then.today());
    assertThat(after.today().savedBytes()).isEqualTo(5_000_000);
    assertThat(after.today().joules()).isPositive();
    assertThat(after.today().savedJoules()).isPositive();
    assertThat(after.day()).isEqualTo(then.day()).hasSize(2);
    assertThat(after.day().get(0).longestLag()).isEqualTo(Duration.ofSeconds(3));
    assertThat(after.serverHas()).contains(NOON);
    assertThat(after.last()).isEqualTo(then.last()).isPresent();
    assertThat(after.reached()).isTrue(); // nobody has tried yet
  }

  @Test
  public void aNewDayBeginsAtZeroAndTheLast24HoursGoOn() {
    ledger().answered(300, Optional.of(batch()));
    now = NOON.plus(Duration.ofHours(13));
    assertThat(ledger().standing().today()).isEqualTo(Spending.NONE);
    assertThat(ledger().standing().day()).hasSize(1);
    now = NOON.plus(Duration.ofHours(25));
    assertThat(ledger().standing().day()).isEmpty();
  }

  @Test
  public void aDamagedFileBeginsAnewAndIsWrittenAgain() throws IOException {
    ledger().answered(300, Optional.of(batch()));
    String whole = Files.readString(file());
    for (String damaged :
        List.of("", "ledger 2\n", whole.substring(0, whole.length() - 3), whole + "point 1\n")) {
      Files.writeString(file(), damaged);
      assertThat(ledger().standing().today()).as(damaged).isEqualTo(Spending.NONE);
    }
    ledger().saved(7);
    assertThat(ledger().standing().today().savedBytes()).isEqualTo(7);
  }

  @Test
  public void whatCantBeStoredIsKnownAsLongAsTheProcessLives() throws IOException {
    Files.createDirectories(file().resolve("in the way"));
    Ledger ledger = ledger();
    ledger.saved(7);
    ledger.saved(7);
    assertThat(ledger.standing().today().savedBytes()).isEqualTo(14);
  }

  @Test
  public void unmeteredBytesCostEnergyAloneAndUmtsHasRadiosOfItsOwn() {
    Ledger ledger = ledger();
    network = Phone.Network.UNMETERED;
    ledger.answered(300, Optional.empty());
    assertThat(ledger.standing().today().bytes()).isZero();
    double wlan = ledger.standing().today().joules();
    assertThat(wlan).isPositive().isLessThan(1);
    assertThat(ledger.standing().day()).extracting(DayPoint::bytes).containsExactly(300L + 2 * 66);

    network = Phone.Network.METERED;
    link = Link.UMTS;
    ledger.answered(300, Optional.empty());
    // five blocks of 64 bytes, each answered
    assertThat(ledger.standing().today().bytes()).isEqualTo(300 + 10 * 66);
    double shared = ledger.standing().today().joules() - wlan;
    assertThat(shared).isCloseTo(0.401 * (4.6 + 960 * 8 / 32_000.0 + 5 * 0.2), within(0.1));
    ledger.answered(5000, Optional.empty());
    assertThat(ledger.standing().today().joules() - wlan - shared).isGreaterThan(2 * shared);
  }
}
