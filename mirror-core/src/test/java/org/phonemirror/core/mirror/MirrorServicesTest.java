package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;

class MirrorServicesTest {
  private static final Notice FIRST = new Notice("first", "1");
  private static final Notice SECOND = new Notice("second", "2");

  @TempDir Path directory;
  private World world;
  private FakePhone phone;
  private final Recorder recorder = new Recorder();

  @BeforeEach
  void start() throws Exception {
    world = new World(directory);
    world.services.add(recorder);
    reopen();
    phone = new FakePhone(directory.resolve("phone"), "reference");
    world.phoneOn();
    world.sendAccepted(phone.boot());
  }

  private void reopen() throws IOException {
    world.mirrors().close();
    world.open();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void aServiceGetsItsOrdersWithTheMirrorAsItWasThen() throws Exception {
    Batch batch = phone.type("abc").withOrders(List.of(order(7, "recorder"), order(8, "other")));
    world.sendAccepted(batch);
    world.awaitReplayed(batch);
    assertThat(recorder.seen).containsExactly("replayed [7]", "settled [7] identical 1 files");
    assertThat(world.send(phone.type("d")).notices())
        .singleElement()
        .satisfies(
            notice -> {
              assertThat(notice.topic()).isEqualTo("order-failed");
              assertThat(notice.first(Notice.ORDER)).contains("8");
              assertThat(notice.text()).contains("no service 'other'");
            });
  }

  @Test
  void aServiceThatFailsDoesNotHoldItsMirror() throws Exception {
    recorder.failure = new IllegalStateException("no disk");
    Batch batch = phone.type("abc").withOrders(List.of(order(7, "recorder")));
    world.sendAccepted(batch);
    assertThat(world.awaitReplayed(batch).diverged()).isZero();
    assertThat(world.send(phone.type("d")).notices())
        .allMatch(notice -> notice.first(Notice.ORDER).orElseThrow().equals("7"))
        .isNotEmpty();
  }

  @Test
  void aMirrorThatIsBuiltAgainTellsItsServicesThatOrdersAreOld() throws Exception {
    Batch batch = phone.type("abc").withOrders(List.of(order(7, "recorder"), order(8, "other")));
    world.sendAccepted(batch);
    world.awaitReplayed(batch);
    assertThat(world.rebuild().comparison().orElseThrow().identical()).isTrue();
    assertThat(recorder.seen)
        .containsExactly(
            "replayed [7]",
            "settled [7] identical 1 files",
            "replayed [7] again",
            "settled [7] identical 1 files again");
    assertThat(world.send(phone.type("d")).notices()).as("order 8 failed once").hasSize(1);
  }

  @Test
  void aNoticeIsToldUntilThePhoneHasIt() throws Exception {
    tell(FIRST);
    Batch batch = phone.type("a");
    assertThat(world.send(batch).notices()).containsExactly(FIRST);
    tell(SECOND);
    assertThat(world.send(batch).notices()).as("sent again").containsExactly(FIRST, SECOND);
    reopen();
    assertThat(world.send(batch).notices()).as("server anew").containsExactly(FIRST, SECOND);
    assertThat(world.send(phone.type("b")).notices()).isEmpty();
  }

  @Test
  void onlyTheNewestNoticesAreKept() throws Exception {
    for (int i = 0; i <= MirrorState.MAX_NOTICES; i++) {
      tell(new Notice("n", "" + i));
    }
    assertThat(world.send(phone.type("a")).notices().get(0)).isEqualTo(new Notice("n", "1"));
  }

  @Test
  void aRetiredMirrorIsForgotten() throws Exception {
    world.mirrors().profileChanged(World.ALICE, java.util.Optional.empty());
    world.await(status -> recorder.seen.contains("removed"));
    tell(FIRST);
  }

  private void tell(Notice notice) throws Exception {
    world.mirrors().tell(World.ALICE, notice).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static Order order(long id, String service) {
    return new Order(id, service, List.of());
  }

  private static final class Recorder implements MirrorService {
    final List<String> seen = new CopyOnWriteArrayList<>();
    volatile RuntimeException failure;

    @Override
    public String name() {
      return "recorder";
    }

    @Override
    public void replayed(MirrorView mirror, ReplayedInterval interval) throws MachineException {
      if (failure != null) {
        throw failure;
      }
      if (!interval.orders().isEmpty()) {
        seen.add(
            "replayed "
                + interval.orders().stream().map(Order::id).toList()
                + (interval.repeated() ? " again" : ""));
      }
    }

    @Override
    public void settled(MirrorView mirror, ReplayedInterval interval, SettledStorage storage)
        throws MachineException {
      if (!interval.orders().isEmpty()) {
        seen.add(
            "settled "
                + interval.orders().stream().map(Order::id).toList()
                + (storage.identical() ? " identical " : " different ")
                + storage.tree().children().size()
                + " files"
                + (interval.repeated() ? " again" : ""));
      }
    }

    @Override
    public void removed(Impu subscriber) {
      seen.add("removed");
    }
  }
}
