package org.phonemirror.core.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.input.Axis;

class EmulatorModelTest {
  @TempDir private Path directory;
  private FakeSdk sdk;
  private Path template;

  @BeforeEach
  void make() throws IOException {
    sdk = new FakeSdk(directory, 7);
    template = sdk.template();
  }

  @AfterEach
  void close() throws IOException {
    sdk.close();
  }

  @Test
  void aModelIsWhatItsPropertiesSay() throws IOException {
    EmulatorModel model = EmulatorModel.load(template);
    assertThat(model.name()).isEqualTo(FakeSdk.MODEL);
    assertThat(model.wrapper()).containsExactly("env", "WRAPPED=yes");
    assertThat(model.arguments()).contains("-no-window", "-no-snapshot");
    assertThat(model.boot()).hasSeconds(7);
    assertThat(model.storage().shell()).isEmpty();
    Axis axis = new Axis(0, 4095);
    assertThat(model.display()).contains(new InputPlan.Display(1, axis, axis, 1080, 2160));
    List<Object> stamp = EmulatorModel.stamp(template);
    assertThat(EmulatorModel.stamp(template)).isEqualTo(stamp);
    Files.writeString(template.resolve("avd/config.ini"), "hw.lcd.width = 1\n");
    assertThat(EmulatorModel.stamp(template)).isNotEqualTo(stamp);
  }

  @Test
  void whatIsWrongIsNamedWithItsFile() throws IOException {
    assertRefused("sdk=", "sdk=/nowhere\n#", "/nowhere/emulator/emulator is missing");
    assertRefused("emulator.wrapper=", "#", "'emulator.wrapper'");
    assertRefused("input.0=keyboard", "input.0=piano", "'input.0'", "piano");
    assertRefused("input.1.x=", "#", "'input.1.x'");
    assertRefused("storage.path=", "#", "storage.path");
    assertRefused("sha256.storage.tar=", "sha256.storage.tar=0", "storage.tar");
  }

  private void assertRefused(String line, String instead, String... said) throws IOException {
    Path file = template.resolve(EmulatorModel.PROPERTIES);
    String before = Files.readString(file);
    Files.writeString(file, before.replace(line, instead));
    assertThatThrownBy(() -> EmulatorModel.load(template))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(template.toRealPath().getFileName().toString())
        .hasMessageContainingAll(said);
    Files.writeString(file, before);
  }

  @Test
  void anAvdIsWhatItsListSays() throws IOException {
    Path image = template.resolve("avd").resolve(FakeAndroid.IMAGE);
    Files.writeString(image, "changed");
    assertAvdRefused(image + " is damaged");
    Files.delete(image);
    assertAvdRefused(image + " is missing");
    Files.writeString(image, "factory");
    Files.writeString(template.resolve("avd/more.img"), "");
    assertAvdRefused("more.img");
    Files.delete(template.resolve("avd/more.img"));
    Files.writeString(template.resolve("avd/multiinstance.lock"), "");
    EmulatorModel.load(template);
  }

  private void assertAvdRefused(String said) {
    assertThatThrownBy(() -> EmulatorModel.load(template))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(said);
  }
}
