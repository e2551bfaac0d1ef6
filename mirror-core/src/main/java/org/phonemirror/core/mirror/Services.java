package org.phonemirror.core.mirror;

import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.Machine.StorageReader;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.StorageWrite;
import org.phonemirror.core.service.MirrorService;
import org.phonemirror.core.service.MirrorView;
import org.phonemirror.core.service.ReplayedInterval;
import org.phonemirror.core.service.SettledStorage;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Field;
import org.phonemirror.sync.Notice;
import org.phonemirror.sync.Order;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a mirror's intervals to the services, so that one which fails disturbs nobody else. */
final class Services {
  private static final Logger LOG = LoggerFactory.getLogger(Services.class);

  private final List<MirrorService> services;
  private final Impu subscriber;

  Services(List<MirrorService> services, Impu subscriber) {
    this.services = List.copyOf(services);
    this.subscriber = subscriber;
  }

  /** What the services are told of one interval, and what went wrong with it. */
  final class Round {
    private final View view;
    private final Batch batch;
    private final boolean repeated;
    private final List<Notice> failures = new ArrayList<>();

    /** Of an interval that was the services' before, or was not. */
    Round(Machine machine, MirrorProfile profile, Batch batch, boolean repeated) {
      this.view = new View(subscriber, profile, machine);
      this.batch = batch;
      this.repeated = repeated;
      for (Order order : batch.orders()) {
        if (services.stream().noneMatch(service -> service.name().equals(order.service()))) {
          failures.add(
              failed(order, "no-service", "this server has no service '" + order.service() + "'"));
        }
      }
    }

    void replayed() throws MachineException {
      for (MirrorService service : services) {
        tell(service, interval -> service.replayed(view, interval));
      }
    }

    void settled(SettledStorage storage) throws MachineException {
      for (MirrorService service : services) {
        tell(service, interval -> service.settled(view, interval, storage));
      }
    }

    /** What the phone is to know of orders that nobody could take. */
    List<Notice> failures() {
      return List.copyOf(failures);
    }

    private void tell(MirrorService service, Call call) throws MachineException {
      List<Order> orders =
          batch.orders().stream().filter(o -> o.service().equals(service.name())).toList();
      try {
        call.run(
            new ReplayedInterval(
                batch.sequence(), batch.startMicros(), batch.endMicros(), orders, repeated));
      } catch (RuntimeException e) {
        LOG.error("{}: service {} failed", subscriber, service.name(), e);
        orders.forEach(order -> failures.add(failed(order, "trouble", "the server is in trouble")));
      }
    }
  }

  private interface Call {
    void run(ReplayedInterval interval) throws MachineException;
  }

  private static Notice failed(Order order, String reason, String text) {
    return new Notice(
        "order-failed",
        List.of(
            new Field(Notice.ORDER, Long.toString(order.id())),
            new Field("reason", reason),
            new Field(Notice.TEXT, text)));
  }

  /** The subscriber has no mirror any more. */
  void removed() throws MachineException {
    for (MirrorService service : services) {
      try {
        service.removed(subscriber);
      } catch (RuntimeException e) {
        throw new MachineException(
            service.name() + " can't forget " + subscriber + ": " + e.getMessage(), e);
      }
    }
  }

  private record View(Impu subscriber, MirrorProfile profile, Machine machine)
      implements MirrorView {
    @Override
    public <T> T readStorage(StorageReader<T> reader) throws MachineException {
      return machine.readStorage(reader);
    }

    @Override
    public List<String> write(List<StorageWrite> changes) throws MachineException {
      return machine.write(changes);
    }
  }
}
