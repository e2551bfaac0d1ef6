package org.phonemirror.testnet.sip;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.phonemirror.core.machine.DiskUse;
import org.phonemirror.core.mirror.MirrorStatus;
import org.phonemirror.core.mirror.RebuildStatus;
import org.phonemirror.core.mirror.RepairCounts;
import org.phonemirror.core.signalling.PhonePresence;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.SessionRecorder;
import org.phonemirror.core.vitals.Vitals;
import org.phonemirror.sip.MirrorPlane;
import org.phonemirror.sip.MirrorReport;
import org.phonemirror.sip.ServiceFigures;

/**
 * What stands in the place of mirrors.
 *
 * @param listener hears of phones
 * @param saved whose mirrors are there at the start
 * @param mirrored whose sessions are recorded
 * @param recorder takes them
 * @param hss tells S-CSCFs
 */
record FakePlane(
    Supplier<PhonePresence> listener,
    List<Impu> saved,
    Set<Impu> mirrored,
    SessionRecorder recorder,
    Function<Impu, CompletionStage<Optional<String>>> hss)
    implements MirrorPlane {

  FakePlane(Supplier<PhonePresence> listener, List<Impu> saved) {
    this(
        listener,
        saved,
        Set.of(),
        (subscriber, content) -> {},
        subscriber ->
            CompletableFuture.failedFuture(new IllegalStateException("no HSS in this test")));
  }

  @Override
  public List<Part> parts() {
    return List.of(new Part("diameter", State.DEGRADED, "no connection to hss.ims.test"));
  }

  @Override
  public CompletionStage<List<MirrorStatus>> status() {
    return CompletableFuture.completedFuture(saved.stream().map(FakePlane::status).toList());
  }

  @Override
  public CompletionStage<List<MirrorReport>> reports(Optional<String> whose) {
    return status()
        .thenApply(
            all ->
                all.stream()
                    .filter(mirror -> whose.map(mirror.subscriber()::equals).orElse(true))
                    .map(m -> MirrorReport.of(m, Vitals.NONE, DiskUse.NONE, Instant.EPOCH))
                    .toList());
  }

  @Override
  public String scrape() {
    return "";
  }

  @Override
  public CompletionStage<RebuildStatus> rebuild(Impu subscriber, boolean order) {
    return CompletableFuture.completedFuture(RebuildStatus.NONE);
  }

  @Override
  public ServiceFigures services() {
    return ServiceFigures.NONE;
  }

  private static MirrorStatus status(Impu subscriber) {
    return new MirrorStatus(
        subscriber.uri(),
        MirrorStatus.Phase.SAVED,
        "model",
        0,
        0,
        0,
        RepairCounts.NONE,
        0,
        Optional.empty(),
        Optional.empty(),
        "");
  }

  @Override
  public PhonePresence presence() {
    return listener.get();
  }

  @Override
  public boolean isMirrored(Impu subscriber) {
    return mirrored.contains(subscriber);
  }

  @Override
  public CompletionStage<Optional<String>> servingCscf(Impu subscriber) {
    return hss.apply(subscriber);
  }

  @Override
  public void close() {}
}
