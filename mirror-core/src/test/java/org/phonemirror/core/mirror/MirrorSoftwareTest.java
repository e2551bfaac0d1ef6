package org.phonemirror.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.sync.Batch;
import org.phonemirror.sync.Boot;

/** Phones that tell the version of their software when they boot. */
@Timeout(60)
class MirrorSoftwareTest {
  @TempDir Path directory;
  private final Templates templates = new Templates("1");
  private World world;
  private FakePhone phone;

  /** Versions of a system, and the one that the mirror has. */
  private static final class Templates {
    final Set<String> versions = ConcurrentHashMap.newKeySet();
    volatile String had;

    Templates(String first) {
      versions.add(first);
      had = first;
    }

    MachineDriver in(MachineDriver driver) {
      return proxy(
          MachineDriver.class,
          (method, arguments) -> {
            Object result = method.invoke(driver, arguments);
            return method.getName().equals("start") ? in((Machine) result) : result;
          });
    }

    private Machine in(Machine machine) {
      return proxy(
          Machine.class,
          (method, arguments) -> {
            Object result = method.invoke(machine, arguments);
            boolean told = method.getName().equals("powerOn") && arguments.length == 2;
            return told ? chosen((String) arguments[1]) : result;
          });
    }

    private String chosen(String software) {
      had = versions.contains(software) ? software : had;
      return had;
    }

    private interface Calls {
      Object call(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static <T> T proxy(Class<T> port, Calls calls) {
      return port.cast(
          Proxy.newProxyInstance(
              port.getClassLoader(),
              new Class<?>[] {port},
              (self, method, arguments) -> {
                try {
                  return calls.call(method, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }
  }

  @BeforeEach
  void start() throws Exception {
    world = new World(directory);
    world.close();
    world.around = templates::in;
    world.open();
    phone = new FakePhone(directory.resolve("phone"), "reference");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  /** The phone is switched on, used, and switched off; how its mirror was meanwhile. */
  private MirrorStatus session(String software) throws Exception {
    world.phoneOn();
    Boot boot = phone.boot();
    world.sendAccepted(
        new Boot(boot.sequence(), boot.bootId(), boot.timeMicros(), boot.model(), software));
    Batch batch = phone.type("word");
    world.sendAccepted(batch);
    MirrorStatus status = world.awaitReplayed(batch);
    world.sendAccepted(phone.shutdown());
    world.mirrors().phoneOff(World.ALICE);
    world.awaitPhase(World.ALICE, MirrorStatus.Phase.SAVED);
    assertThat(status.diverged()).isZero();
    return status;
  }

  @Test
  void aMirrorRunsWhatItsPhoneRunsOrKeepsWhatItHasAndTheOperatorIsTold() throws Exception {
    assertThat(session("1").otherSoftware()).isEmpty();
    templates.versions.add("2");
    assertThat(session("1").otherSoftware()).isEmpty();
    assertThat(templates.had).isEqualTo("1");

    assertThat(session("2").otherSoftware()).isEmpty();
    assertThat(templates.had).isEqualTo("2");

    assertThat(session("3").otherSoftware()).contains(new OtherSoftware("3", "2"));
    assertThat(templates.had).isEqualTo("2");
    assertThat(world.status().orElseThrow().otherSoftware())
        .as("until the phone's next boot")
        .contains(new OtherSoftware("3", "2"));

    templates.versions.add("3");
    assertThat(session("3").otherSoftware()).isEmpty();
    assertThat(templates.had).isEqualTo("3");
  }

  @Test
  void whoDoesNotTellIsNotCompared() throws Exception {
    session("4");
    assertThat(session("").otherSoftware()).isEmpty();
  }
}
