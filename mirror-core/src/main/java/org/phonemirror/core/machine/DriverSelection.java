package org.phonemirror.core.machine;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.phonemirror.sync.StorageScope;

/** Several drivers as one: each phone model has the one that its template names. */
public final class DriverSelection implements MachineDriver, FactoryStorage {
  private final Models models;
  private final Map<String, MachineDriver> drivers;

  /** Tells phone models' drivers. */
  @FunctionalInterface
  public interface Models {
    /** The name of the driver of a phone model. */
    String driverOf(String phoneModel) throws MachineException;
  }

  /**
   * Selects among drivers.
   *
   * @param drivers by their names
   */
  public DriverSelection(Models models, Map<String, MachineDriver> drivers) {
    this.models = models;
    this.drivers = Map.copyOf(drivers);
  }

  private MachineDriver of(String phoneModel) throws MachineException {
    String name = models.driverOf(phoneModel);
    MachineDriver driver = drivers.get(name);
    if (driver == null) {
      throw new MachineException(
          "phone model '"
              + phoneModel
              + "' needs the driver '"
              + name
              + "', but there are only "
              + drivers.keySet().stream().sorted().toList());
    }
    return driver;
  }

  private Collection<MachineDriver> all() {
    return drivers.values();
  }

  @Override
  public void checkTemplate(String phoneModel) throws MachineException {
    of(phoneModel).checkTemplate(phoneModel);
  }

  @Override
  public StorageScope storageScope(String phoneModel) throws MachineException {
    return of(phoneModel).storageScope(phoneModel);
  }

  @Override
  public boolean takesCopies(String phoneModel) throws MachineException {
    return of(phoneModel) instanceof FactoryStorage storage && storage.takesCopies(phoneModel);
  }

  private FactoryStorage factoryOf(String phoneModel) throws MachineException {
    if (of(phoneModel) instanceof FactoryStorage storage) {
      return storage;
    }
    throw new MachineException(
        "phone model '"
            + phoneModel
            + "' does not tell its factory state: its driver '"
            + models.driverOf(phoneModel)
            + "' has no way into the storage of its machines");
  }

  @Override
  public <T> T readFactory(String phoneModel, Machine.StorageReader<T> reader)
      throws MachineException {
    return factoryOf(phoneModel).readFactory(phoneModel, reader);
  }

  @Override
  public String software(String phoneModel) throws MachineException {
    return factoryOf(phoneModel).software(phoneModel);
  }

  @Override
  public Set<String> versions(String phoneModel) throws MachineException {
    return factoryOf(phoneModel).versions(phoneModel);
  }

  @Override
  public Map<String, DiskUse> diskUse(Collection<String> mirrors) throws MachineException {
    Map<String, DiskUse> use = new HashMap<>();
    for (MachineDriver driver : all()) {
      use.putAll(driver.diskUse(mirrors));
    }
    return use;
  }

  @Override
  public Optional<Checkpoint> latest(String mirror) throws MachineException {
    for (MachineDriver driver : all()) {
      Optional<Checkpoint> latest = driver.latest(mirror);
      if (latest.isPresent()) {
        return latest;
      }
    }
    return Optional.empty();
  }

  @Override
  public Checkpoint create(String mirror, String phoneModel) throws MachineException {
    MachineDriver driver = of(phoneModel);
    if (latest(mirror).isPresent()) {
      throw new MachineException("can't create '" + mirror + "': it exists already");
    }
    return driver.create(mirror, phoneModel);
  }

  @Override
  public Machine start(Checkpoint checkpoint, long epoch) throws MachineException {
    return of(checkpoint.phoneModel()).start(checkpoint, epoch);
  }

  @Override
  public long release(String mirror, long position) throws MachineException {
    Optional<Checkpoint> latest = latest(mirror);
    if (latest.isEmpty()) {
      throw new MachineException("'" + mirror + "' has no checkpoint that could be released");
    }
    return of(latest.get().phoneModel()).release(mirror, position);
  }

  @Override
  public Optional<Checkpoint> rewind(String mirror, String phoneModel, long from)
      throws MachineException {
    return of(phoneModel).rewind(mirror, phoneModel, from);
  }

  @Override
  public void remove(String mirror) throws MachineException {
    for (MachineDriver driver : all()) {
      driver.remove(mirror);
    }
  }
}
