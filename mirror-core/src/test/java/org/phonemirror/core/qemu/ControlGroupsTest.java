package org.phonemirror.core.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a directory of plain files that stands for cgroupfs: few machines that test have one. */
class ControlGroupsTest {
  private final GuestLimits limits = GuestLimits.defaults();
  @TempDir private Path top;

  @BeforeEach
  void makeGroup() throws IOException {
    Files.writeString(top.resolve("cgroup.controllers"), "cpuset cpu io memory pids\n");
    Files.writeString(top.resolve("cgroup.procs"), "4711\n");
    Files.writeString(top.resolve("cgroup.subtree_control"), "");
  }

  @Test
  void theServerMovesDownAndTheControllersAreSwitchedOn() throws Exception {
    new ControlGroups(top, limits);
    assertThat(top.resolve("server/cgroup.procs")).hasContent("4711");
    assertThat(top.resolve("cgroup.subtree_control")).hasContent("+cpu +memory +pids");
  }

  @Test
  void aGroupHasItsLimitsAndIsRemoved() throws Exception {
    ControlGroups groups = new ControlGroups(top, limits);
    Path group = groups.make(Launch.Size.MAPPED);
    assertThat(group.resolve("memory.max")).hasContent("536870912");
    assertThat(group.resolve("pids.max")).hasContent("64");
    assertThat(group.resolve("cpu.max")).hasContent("100000 100000");
    assertThat(groups.make(Launch.Size.MAPPED)).isNotEqualTo(group);
    empty(group);
    groups.remove(group);
    assertThat(group).doesNotExist();
  }

  @Test
  void whatACrashedServerLeftIsRemovedButNotWhatIsInUse() throws Exception {
    Path left = Files.createDirectory(top.resolve("guest-1-1"));
    Path inUse = Files.createDirectories(top.resolve("guest-2-1/busy")).getParent();
    Path other = Files.createDirectory(top.resolve("other"));
    new ControlGroups(top, limits);
    assertThat(left).doesNotExist();
    assertThat(inUse).exists();
    assertThat(other).exists();
  }

  @Test
  void aDirectoryThatIsNoGroupIsNamed() throws Exception {
    assertThatThrownBy(() -> new ControlGroups(top.resolve("none"), limits))
        .hasMessageContaining(top.resolve("none").toString())
        .hasMessageContaining("cgroup v2");
    Files.writeString(top.resolve("cgroup.controllers"), "cpu\n");
    assertThatThrownBy(() -> new ControlGroups(top, limits)).hasMessageContaining("memory");
  }

  @Test
  void aProcessEntersItsGroupFirst(@TempDir Path directory) throws Exception {
    QemuSettings settings = QemuSettings.defaults();
    QemuSettings grouped =
        new QemuSettings(
            "sleep",
            settings.commandTime(),
            settings.replayTime(),
            settings.replayFactor(),
            settings.bootTime(),
            limits.in(top));
    try (QemuLauncher launcher = new QemuLauncher(grouped)) {
      Launch launch = new Launch(List.of(), List.of(), List.of("1000"));
      QemuProcess process = launcher.start(directory, launch);
      Path group = top.resolve("guest-" + ProcessHandle.current().pid() + "-1");
      Path entered = group.resolve(ControlGroups.PROCESSES);
      Deadline deadline = Deadline.in(Duration.ofSeconds(30));
      while (!(Files.exists(entered) && Files.readString(entered).endsWith("\n"))) {
        assertThat(deadline.passed()).isFalse();
        Thread.sleep(2);
      }
      assertThat(entered).hasContent(Long.toString(process.pid()));
      empty(group);
      process.kill();
      while (Files.exists(group)) {
        assertThat(deadline.passed()).isFalse();
        Thread.sleep(2);
      }
    }
  }

  /** The files of a group are the kernel's, and in no one's way. */
  private static void empty(Path group) throws IOException {
    try (var files = Files.newDirectoryStream(group)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
