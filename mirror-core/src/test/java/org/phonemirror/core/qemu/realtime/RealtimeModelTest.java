package org.phonemirror.core.qemu.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.phonemirror.core.input.Axis;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.qemu.PropertyFile;
import org.phonemirror.core.qemu.TemplateDirectory;

/** What an operator writes of a phone model. */
class RealtimeModelTest {
  @TempDir private Path templates;
  private Path model;
  private final Properties values = new Properties();

  @BeforeEach
  void write() throws IOException {
    model = Files.createDirectory(templates.resolve("tablet"));
    Files.write(model.resolve("disk.qcow2"), new byte[1000]);
    values.setProperty("driver", RealtimeDriver.NAME);
    values.setProperty("model", "tablet");
    values.setProperty("disk", "disk.qcow2");
    values.setProperty("input.0", "touchscreen");
    values.setProperty("input.0.x", "0..1079");
    PropertyFile.addFile(values, model.resolve("disk.qcow2"));
  }

  private RealtimeModel load() throws IOException {
    PropertyFile.write(model.resolve(RealtimeModel.PROPERTIES), values);
    return RealtimeModel.load(model);
  }

  @Test
  void theRestHasDefaults() throws Exception {
    RealtimeModel loaded = load();
    assertThat(loaded.machine().memoryMb()).isEqualTo(2048);
    assertThat(loaded.machine().format()).isEqualTo(RealtimeModel.Format.QCOW2);
    assertThat(loaded.machine().devices()).hasSize(3);
    assertThat(loaded.boot().expected()).isEqualTo(Duration.ofMinutes(2));
    assertThat(loaded.inputs())
        .containsExactly(
            new InputDevice(
                InputDevice.Kind.TOUCHSCREEN,
                new Axis(0, 1079),
                new Axis(0, InputDevice.QEMU_MAX)));
    assertThat(loaded.storage().sync()).isTrue();
    String id = loaded.id();
    values.setProperty("memory.mb", "1024");
    assertThat(load().id()).isNotEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "memory.mb, lots, memory.mb",
    "memory.mb, 1, from 32",
    "disk, ../disk.qcow2, beside it",
    "disk, other, sha256.other",
    "disk.format, vmdk, 'one of [raw, qcow2]'",
    "input.0, gamepad, touchscreen",
    "input.0.x, 5, MIN..MAX",
    "input.0.y, 9..1, MIN..MAX",
    "network.address, phone.example, network.address",
    "power.off, hammer, 'one of [acpi, key, cut]'",
    "storage.partition, -1, storage.partition",
    "sha256.disk.qcow2, 00, damaged"
  })
  void whatIsWrongIsNamed(String name, String value, String message) {
    values.setProperty(name, value);
    assertThatThrownBy(this::load)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(model.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aTemplateNamesItsDriver() throws Exception {
    load();
    TemplateDirectory directory = new TemplateDirectory(templates);
    assertThat(directory.driverOf("tablet")).isEqualTo("qemu-realtime");
    values.remove("driver");
    PropertyFile.write(model.resolve(RealtimeModel.PROPERTIES), values);
    assertThat(directory.driverOf("tablet")).isEqualTo("qemu");
    assertThat(directory.driverOf("nothing")).isEqualTo("qemu");
    assertThatThrownBy(() -> directory.driverOf("../tablet"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("../tablet");
  }
}
