package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.machine.Checkpoint;
import org.phonemirror.core.machine.Machine;
import org.phonemirror.core.machine.MachineException;
import org.phonemirror.core.machine.Typing;
import org.phonemirror.core.tape.Tape;

/** Versions of a phone model's template: tried, put in force, and chosen by what phones tell. */
class SystemUpdateTest extends OnReferencePhone {
  private static final String MIRROR = "sip:+15550001@ims.test";
  private static final long BOOT = 1_767_600_000_000_000L;

  @Test
  void aMirrorGoesOnWithItsTemplateUntilItsPhoneIsSwitchedOffAndThenMoves() throws Exception {
    Path updated = Files.createDirectory(state.resolve("updated"));
    TemplateVersions versions = new TemplateVersions(updated);
    String before = publish(updated, "");
    try (QemuDriver server = new QemuDriver(updated, state, QemuSettings.defaults())) {
      Typing first = HomeScreen.shell(BOOT).type("word=kept; echo one >> typed\n");
      try (Machine machine = server.start(server.create(MIRROR, TestTemplate.MODEL), 1)) {
        machine.powerOn(BOOT);
        replay(machine, BOOT, first);
        machine.save(2);
      }
      String after = publish(updated, "software.of.the.update=2\n");
      assertThat(after).isNotEqualTo(before);
      assertThat(users(versions, before)).containsExactly(MIRROR);

      Typing second = Typing.at(next(first)).type("echo $word >> typed\n");
      try (Machine machine = server.start(server.latest(MIRROR).orElseThrow(), 2)) {
        assertThat(users(versions, before)).as("it runs").containsExactly(MIRROR);
        replay(machine, next(first), second);
        machine.powerOff(next(second));
        machine.save(3);
      }
      Checkpoint off = server.latest(MIRROR).orElseThrow();
      assertThat(off.poweredOn()).isFalse();

      long later = BOOT + 3_600_000_000L;
      Typing third = HomeScreen.shell(later).type("echo three >> typed\n");
      try (Machine machine = server.start(off, 3)) {
        machine.powerOn(later);
        replay(machine, later, third);
        assertThat(machine.<String>readStorage(top -> Files.readString(top.resolve("home/typed"))))
            .isEqualTo("one\nkept\nthree\n");
        machine.save(4);
        machine.save(5);
        server.release(MIRROR, 5);
      }
      assertThat(users(versions, before)).isEmpty();
      assertThat(users(versions, after)).containsExactly(MIRROR);
    }
  }

  @Test
  void aMirrorMovesToTheSoftwareThatItsPhoneTellsAtItsBootIfThereIsATemplateOfIt()
      throws Exception {
    Path updated = Files.createDirectory(state.resolve("updated"));
    TemplateVersions versions = new TemplateVersions(updated);
    String first = publish(updated, "software=1\n");
    String second = publish(updated, "software=2\n");
    try (QemuDriver server = new QemuDriver(updated, state, QemuSettings.defaults())) {
      Typing typing = HomeScreen.shell(BOOT).type("echo one >> typed\n");
      try (Machine machine = server.start(server.create(MIRROR, TestTemplate.MODEL), 1)) {
        assertThat(machine.powerOn(BOOT, "1")).as("not in force").isEqualTo("1");
        assertThat(users(versions, first)).as("it runs").containsExactly(MIRROR);
        replay(machine, BOOT, typing);
        assertThat(machine.save(2).poweredOn()).isTrue();
      }
      assertThat(server.software(TestTemplate.MODEL)).isEqualTo("2");
      assertThat(server.versions(TestTemplate.MODEL)).containsExactly("1", "2");
      long later = BOOT + 3_600_000_000L;
      try (Machine machine = server.start(server.latest(MIRROR).orElseThrow(), 2)) {
        machine.powerOff(next(typing));
        machine.save(3);
      }
      try (Machine machine = server.start(server.latest(MIRROR).orElseThrow(), 3)) {
        assertThat(machine.powerOn(later, "3")).as("none: it keeps its own").isEqualTo("1");
        assertThat(machine.powerOn(later, "2")).isEqualTo("2");
        machine.save(4);
        machine.save(5);
        server.release(MIRROR, 5);
        assertThat(machine.<String>readStorage(top -> Files.readString(top.resolve("home/typed"))))
            .isEqualTo("one\n");
      }
      assertThat(users(versions, first)).isEmpty();
      assertThat(users(versions, second)).containsExactly(MIRROR);
    }
  }

  @Test
  void aTemplateIsVerifiedByMirrorsThatAreMadeOfIt() throws Exception {
    Path tried = Files.createDirectory(state.resolve("tried"));
    publish(tried, "");
    assertThat(verify(tried, "--clones", "2"))
        .containsPattern("whole, a new mirror answers in \\d+ ms, its session is on in \\d+ ms");
    List<TemplateTrial.Times> times =
        TemplateTrial.of(tried.resolve(TestTemplate.MODEL), 1, QemuSettings.defaults());
    assertThat(times).hasSize(1);
    assertThat(times.get(0).answered()).isPositive().isLessThan(times.get(0).session());
    publish(tried, "qemu.version=0.1\n");
    assertThat(verify(tried, "--clones", "0")).doesNotContain("made by QEMU");
    assertThat(verify(tried)).contains("a clone does not work", "made by QEMU 0.1");
  }

  private static String verify(Path tried, String... more) {
    List<String> words = new ArrayList<>(List.of("--templates", tried.toString(), "verify"));
    words.addAll(List.of(more));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    TemplateCommand.run(out, out, words.toArray(String[]::new));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The template of the tests, with something more in its description, so that it is another. */
  private static String publish(Path updated, String more) throws IOException {
    Path made = Files.createDirectory(updated.resolve(".made"));
    try (Stream<Path> files = Files.list(templates.resolve(TestTemplate.MODEL))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = made.resolve(file.getFileName());
        if (file.endsWith(Template.PROPERTIES)) {
          Files.writeString(copy, Files.readString(file) + more);
        } else {
          Files.createLink(copy, file);
        }
      }
    }
    TemplateVersions.publish(made, updated.resolve(TestTemplate.MODEL));
    return Template.id(updated.resolve(TestTemplate.MODEL));
  }

  private Iterable<String> users(TemplateVersions versions, String id) throws IOException {
    TemplateVersions.Version version =
        versions.all().stream().filter(v -> v.id().equals(id)).findFirst().orElseThrow();
    return TemplateUse.of(state).of(version);
  }

  private static void replay(Machine machine, long start, Typing typing) throws MachineException {
    long end = next(typing);
    machine.replay(start, end - start, typing.events(), Tape.silent(start, end));
  }

  private static long next(Typing typing) {
    return typing.micros() + 2_000_000;
  }
}
