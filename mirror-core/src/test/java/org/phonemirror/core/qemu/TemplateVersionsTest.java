package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.store.StateFiles;

/** Versions side by side, and the command that shows and removes them; no machine runs. */
class TemplateVersionsTest {
  @TempDir Path directory;
  private Path templates;
  private Path state;
  private String printed = "";

  @BeforeEach
  void make() throws IOException {
    templates = Files.createDirectory(directory.resolve("templates"));
    state = directory.resolve("state");
  }

  /** Publishes one with files that are small. */
  private String publish(String model, String software) throws IOException {
    Path made = Files.createDirectory(directory.resolve("made"));
    Properties values = new Properties();
    values.setProperty("model", model);
    values.setProperty("hardware", Hardware.VERSION);
    values.setProperty("qemu.version", "1");
    values.setProperty("memory.mb", "96");
    values.setProperty("input.devices", "1");
    values.setProperty(PhoneModel.SOFTWARE, software);
    for (String name : Template.FILES) {
      Files.writeString(made.resolve(name), software);
      PropertyFile.addFile(values, made.resolve(name));
    }
    PropertyFile.write(made.resolve(Template.PROPERTIES), values);
    TemplateVersions.publish(made, templates.resolve(model));
    return model + "@" + Template.id(templates.resolve(model));
  }

  private void mirror(String name, String model, boolean on, String template) throws IOException {
    Path checkpoint =
        state
            .resolve("mirrors")
            .resolve(MirrorDirectory.directoryName(name))
            .resolve(MirrorDirectory.CHECKPOINTS)
            .resolve(SavedCheckpoint.directoryName(1, 7));
    Files.createDirectories(checkpoint);
    for (String file :
        new String[] {
          SavedCheckpoint.STORAGE, SavedCheckpoint.PAGES, SavedCheckpoint.DEVICE_STATE
        }) {
      Files.writeString(checkpoint.resolve(file), name);
    }
    SavedCheckpoint.describe(
        checkpoint, new Checkpoint(name, model, 7, on), template.replaceAll(".*@", ""));
  }

  private int run(String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    String[] args = new String[words.length + 4];
    args[0] = "--templates";
    args[1] = templates.toString();
    args[2] = "--state";
    args[3] = state.toString();
    System.arraycopy(words, 0, args, 4, words.length);
    int status = TemplateCommand.run(out, out, args);
    printed = bytes.toString(StandardCharsets.UTF_8);
    return status;
  }

  @Test
  void aNewVersionIsInForceAndTheOneBeforeStays() throws IOException {
    String first = publish("phone", "1");
    String second = publish("phone", "2");
    String other = publish("tablet", "1");
    assertThat(new TemplateVersions(templates).all())
        .extracting(TemplateVersions.Version::name)
        .containsExactly(second, first, other);
    assertThat(Template.load(templates.resolve("phone")).software()).isEqualTo("2");
    assertThat(Template.load(templates.resolve(first)).software()).isEqualTo("1");
    assertThat(Template.load(templates.resolve("phone")).directory())
        .as("what a machine keeps is the version")
        .isEqualTo(templates.resolve(second).toRealPath());
    assertThat(publish("phone", "2")).as("the same again").isEqualTo(second);
    assertThat(run("list")).isZero();
    assertThat(printed.lines().skip(1).map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            second + " in force 2 96 MB 0",
            first + " older 1 96 MB 0",
            other + " in force 1 96 MB 0");
  }

  @Test
  void aVersionIsFoundByItsSoftware() throws IOException {
    TemplateVersions versions = new TemplateVersions(templates);
    String first = publish("phone", "1");
    publish("tablet", "3");
    assertThat(versions.ofSoftware("phone", "1", "")).contains(templates.resolve(first));
    assertThat(versions.ofSoftware("phone", "3", "")).as("another model's").isEmpty();
    String second = publish("phone", "2");
    assertThat(versions.ofSoftware("phone", "1", "")).contains(templates.resolve(first));
    assertThat(versions.ofSoftware("phone", "2", "")).contains(templates.resolve(second));
    assertThat(versions.software("phone")).containsExactly("1", "2");
  }

  @Test
  void aTemplateFromBeforeThereWereVersionsBecomesOne() throws IOException {
    String first = publish("phone", "1");
    Files.delete(templates.resolve("phone"));
    Files.move(templates.resolve(first), templates.resolve("phone"));
    assertThat(new TemplateVersions(templates).all())
        .extracting(TemplateVersions.Version::name)
        .containsExactly(first);
    publish("phone", "2");
    assertThat(Template.load(templates.resolve(first)).software()).isEqualTo("1");
    assertThat(Template.load(templates.resolve("phone")).software()).isEqualTo("2");
  }

  @Test
  void damageIsFoundAndWhoNeedsTheTemplateIsNamed() throws IOException {
    String first = publish("phone", "1");
    String second = publish("phone", "2");
    mirror("sip:alice@ims.test", "phone", true, first);
    mirror("sip:bob@ims.test", "phone", false, first);
    assertThat(run("verify", "--clones", "0")).isZero();
    assertThat(printed)
        .contains(first + ": whole, needed by sip:alice@ims.test\n")
        .contains(second + ": whole, needed by sip:alice@ims.test, sip:bob@ims.test\n");
    Files.writeString(templates.resolve(first).resolve(Template.RAM), "other");
    assertThat(run("verify", "--clones", "0", first)).isEqualTo(1);
    assertThat(printed).contains("ram is damaged", "needed by sip:alice").doesNotContain(second);
    assertThat(run("verify", "--clones", "0", "nosuch")).isEqualTo(1);
    assertThat(printed).contains("there is no template nosuch");
  }

  @Test
  void aVersionIsRemovedWhenNobodyNeedsItAnyMore() throws IOException {
    String first = publish("phone", "1");
    mirror("sip:alice@ims.test", "phone", true, first);
    assertThat(run("remove", first)).isEqualTo(1);
    assertThat(printed).contains("needed by sip:alice@ims.test", "in force");
    String second = publish("phone", "2");
    assertThat(run("remove", first)).isEqualTo(1);
    assertThat(printed).contains("needed by sip:alice@ims.test", "switched off");

    mirror("sip:alice@ims.test", "phone", false, first);
    Path running =
        state.resolve("mirrors").resolve(MirrorDirectory.directoryName("sip:alice@ims.test"));
    Path working = Files.createDirectories(running.resolve(MirrorDirectory.RUNNING).resolve("3"));
    Files.writeString(working.resolve(MirrorDirectory.TEMPLATE), first.replaceAll(".*@", ""));
    assertThat(run("remove", first)).as("a machine runs on it").isEqualTo(1);
    Files.delete(working.resolve(MirrorDirectory.TEMPLATE));
    assertThat(run("remove", first)).as(printed).isZero();
    assertThat(templates.resolve(first)).doesNotExist();

    assertThat(run("remove", second)).isEqualTo(1);
    StateFiles.deleteTree(state);
    assertThat(run("remove", second)).isZero();
    assertThat(templates).isEmptyDirectory();
  }

  @Test
  void theVersionInForceIsNotRemovedAsLongAsThereAreOthers() throws IOException {
    publish("phone", "1");
    String second = publish("phone", "2");
    assertThat(run("remove", second)).isEqualTo(1);
    assertThat(printed).contains("in force", "older");
  }

  @Test
  void wrongCommandLinesAreAnswered() {
    assertThat(run("dance")).isEqualTo(2);
    assertThat(run("remove")).isEqualTo(2);
    assertThat(run("verify", "--clones", "many")).isEqualTo(2);
    assertThat(run("remove", "phone@0")).isEqualTo(1);
    assertThat(run("help")).isZero();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    assertThat(
            TemplateCommand.run(out, out, "--templates", templates.toString(), "remove", "phone@0"))
        .isEqualTo(1);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("--state DIR");
    assertThatThrownBy(() -> new TemplateVersions(templates).inForce("../x"))
        .isInstanceOf(IOException.class);
  }
}
