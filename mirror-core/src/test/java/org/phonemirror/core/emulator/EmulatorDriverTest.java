package org.phonemirror.core.emulator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.MachineDriver;
import org.phonemirror.core.machine.MachineDriverContract;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.qemu.MirrorStore;

/** The contract, on emulators whose services are in this JVM, with Debian's adb and its server. */
@Timeout(120)
class EmulatorDriverTest implements MachineDriverContract {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private static Path shared;
  private static FakeSdk sdk;
  private static EmulatorSettings settings;
  @TempDir private Path state;
  private EmulatorDriver driver;
  private EmulatorDriver afterCrash;

  @BeforeAll
  static void makeSdk() throws Exception {
    assumeTrue(FakeSdk.isPossible(), "adb is not installed: install package adb");
    sdk = new FakeSdk(shared, 60);
    settings = FakeSdk.settings(LONG, LONG);
  }

  @AfterAll
  static void endSdk() throws Exception {
    if (sdk != null) {
      sdk.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    MirrorStore mirrors = new MirrorStore(state);
    driver = new EmulatorDriver(sdk.templates(), mirrors, state, settings);
    afterCrash = new EmulatorDriver(sdk.templates(), mirrors, state, settings);
  }

  @AfterEach
  void close() {
    afterCrash.close();
    driver.close();
  }

  @Override
  public MachineDriver driver() {
    return driver;
  }

  @Override
  public MachineDriver driverAfterCrash() {
    return afterCrash;
  }

  @Override
  public String phoneModel() {
    return FakeSdk.MODEL;
  }

  @Override
  public Typing openNotes(long startMicros) {
    return Typing.at(startMicros);
  }

  @Override
  public String typedFile() {
    return FakeAndroid.TYPED;
  }
}
