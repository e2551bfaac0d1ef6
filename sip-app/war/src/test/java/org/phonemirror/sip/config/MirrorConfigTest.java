package org.phonemirror.sip.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.placement.PlacementSettings;
import org.phonemirror.core.qemu.GuestLimits;

class MirrorConfigTest {
  @TempDir Path directory;

  @Test
  void theServersSampleIsValid() throws Exception {
    MirrorConfig config =
        MirrorConfig.load(Path.of("../server/src/main/conf/mirror.properties").toRealPath());
    assertThat(config.sip().uri()).isEqualTo("sip:mirror@127.0.0.1:5080");
    assertThat(config.sip().scscf()).isEmpty();
    assertThat(config.sip().trustedPeers()).isEmpty();
    assertThat(config.diameter().peer().getPort()).isEqualTo(3868);
    assertThat(config.diameter().peer().isUnresolved()).isTrue();
    assertThat(config.diameter().tls()).isEmpty();
    assertThat(config.mm10()).isEmpty();
    assertThat(config.traffic()).isEmpty();
    assertThat(config.guests()).isEqualTo(GuestLimits.defaults());
    assertThat(config.placement()).isEqualTo(PlacementSettings.defaults());
  }

  @Test
  void takesOptionalValuesAndRelativeDirectories() throws Exception {
    Path file =
        write(
            """
            sip.uri = sip:mirror@as.example
            sip.s-cscf = sip:192.0.2.3:6060
            sip.trusted-peers = 192.0.2.3 , 192.0.2.4
            state.directory = state
            template.directory = /srv/templates
            sync.bind = 192.0.2.5:5684
            sync.advertised = sync.example:5684
            diameter.host = mirror.as.example
            diameter.realm = as.example
            diameter.address = 192.0.2.5:3868
            diameter.peer-host = hss.example
            diameter.peer = hss.example:3868
            diameter.peer-realm = example
            mm10.address = 192.0.2.5:3869
            traffic.address = 192.0.2.5
            traffic.gn-networks = 42, 43
            guests.first-user = 70000
            guests.memory-mb = 300
            guests.cpu-percent = 50
            guests.cgroup = /sys/fs/cgroup/mirrors
            mirrors.parallelism = 3
            mirrors.memory-mb = 5000
            mirrors.cpu-share = 0.75
            mirrors.cpu-seconds-per-interval = 90
            mirrors.lateness-seconds = 4
            mirrors.free-disk-mb = 0
            firewall.nft = ssh  ggsn.example nft
            """);
    MirrorConfig config = MirrorConfig.load(file);
    assertThat(config.mm10().orElseThrow().getPort()).isEqualTo(3869);
    assertThat(config.guests().firstUser()).isEqualTo(70_000);
    assertThat(config.guests().memoryMb()).isEqualTo(300);
    assertThat(config.guests().cpuPercent()).isEqualTo(50);
    assertThat(config.guests().cgroup()).contains(Path.of("/sys/fs/cgroup/mirrors"));
    assertThat(config.traffic()).contains(new MirrorConfig.Traffic("192.0.2.5", Set.of(42, 43)));
    assertThat(config.services().firewall())
        .contains(new ServicesConfig.Firewall(List.of("ssh", "ggsn.example", "nft"), "firewall"));
    assertThat(config.sip().scscf()).contains("sip:192.0.2.3:6060");
    assertThat(config.sip().trustedPeers()).containsExactlyInAnyOrder("192.0.2.3", "192.0.2.4");
    assertThat(config.stateDirectory()).isEqualTo(directory.resolve("state"));
    assertThat(config.templateDirectory()).isEqualTo(Path.of("/srv/templates"));
    assertThat(config.sync().advertised().getHostString()).isEqualTo("sync.example");
    assertThat(config.placement())
        .isEqualTo(
            PlacementSettings.defaults()
                .withParallelism(3)
                .withMemoryBytes(5000L << 20)
                .withCpuShare(0.75)
                .withCpuPerInterval(Duration.ofSeconds(90))
                .withMaxLateness(Duration.ofSeconds(4))
                .withMinFreeBytes(0));
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() throws Exception {
    Path file =
        write(
            """
            sip.uri = mirror@as.example
            sip.s-cscf = sip:192.0.2.3;lr
            sip.trusted-peer = 192.0.2.3
            state.directory =
            template.directory = templates
            sync.bind = 192.0.2.5
            sync.advertised = sync.example:70000
            diameter.host = mirror as
            diameter.address = 192.0.2.5:3868
            diameter.peer-host = hss.example
            diameter.peer = hss.example:3868
            diameter.peer-realm = example
            guests.memory-mb = 64
            guests.cgroup = mirrors
            firewall.nft = nft
            firewall.nft-table = MIRROR
            """);
    ConfigException failure =
        catchThrowableOfType(ConfigException.class, () -> MirrorConfig.load(file));
    assertThat(failure.problems())
        .containsExactlyInAnyOrder(
            "sip.uri = mirror@as.example: must be a SIP URI without parameters",
            "sip.s-cscf = sip:192.0.2.3;lr: must be a SIP URI without parameters",
            "sip.trusted-peer is no key of this server: correct or remove it",
            "state.directory is missing",
            "sync.bind = 192.0.2.5: must be HOST:PORT with a port from 1 to 65535",
            "sync.advertised = sync.example:70000: must be HOST:PORT with a port from 1 to 65535",
            "diameter.host = mirror as: must be a host or realm name",
            "diameter.realm is missing",
            "guests.memory-mb = 64: must be a number from 256 to 65536",
            "guests.cgroup = mirrors: must be an absolute path, as below /sys/fs/cgroup",
            "firewall.nft-table = MIRROR: must be 1 to 32 of a-z, 0-9 and _",
            "firewall.nft needs traffic.address: what is not seen is not blocked");
    assertThat(failure).hasMessageContaining(file.toString());
  }

  @Test
  void keysForTlsAreReadAtStart() throws Exception {
    Path file =
        write(
            """
            sip.uri = sip:mirror@as.example
            state.directory = state
            template.directory = templates
            sync.bind = 192.0.2.5:5684
            sync.advertised = 192.0.2.5:5684
            diameter.host = mirror.as.example
            diameter.realm = as.example
            diameter.address = 192.0.2.5:5658
            diameter.peer-host = hss.example
            diameter.peer = hss.example
            diameter.peer-realm = example
            diameter.tls.key-store = keys.p12
            diameter.tls.key-store-password = secret
            diameter.tls.trust-store = trusted.p12
            """);
    ConfigException incomplete =
        catchThrowableOfType(ConfigException.class, () -> MirrorConfig.load(file));
    assertThat(incomplete.problems())
        .containsExactlyInAnyOrder(
            "diameter.peer = hss.example: must be HOST:PORT with a port from 1 to 65535",
            "diameter.tls.trust-store-password is missing");
    Files.writeString(
        file,
        Files.readString(file)
                .replace("diameter.peer = hss.example\n", "diameter.peer = hss.example:5658\n")
            + "diameter.tls.trust-store-password = secret\n");
    ConfigException unreadable =
        catchThrowableOfType(ConfigException.class, () -> MirrorConfig.load(file));
    assertThat(unreadable.problems())
        .singleElement()
        .asString()
        .contains("diameter.tls: key store " + directory.resolve("keys.p12"), "cannot be read");
  }

  @Test
  void aMissingFileIsNamedWithTheRemedy() {
    Path file = directory.resolve("none.properties");
    assertThatThrownBy(() -> MirrorConfig.load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("-Dmirror.config");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("mirror.properties"), text);
  }
}
