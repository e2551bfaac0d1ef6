package org.phonemirror.core.traffic;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import org.phonemirror.core.traffic.flow.FlowLimits;

/**
 * What a {@link TrafficMonitor} is made with. Whoever can send to its ports can put words into the
 * mouths of networks: they belong on a network that only the operator's nodes reach.
 *
 * @param gtpUser where the copy of GTP-U arrives; port 0 takes a free one, as with the others
 * @param gtpControl where the copy of GTP-C arrives
 * @param vxlan where frames arrive in VXLAN
 * @param gnNetworks VXLAN network identifiers whose frames are of Gn, between SGSN and GGSN, with
 *     GTP in them; frames of other networks are of Gi, behind the GGSN
 * @param notRecorded remote ends whose flows are no input to a phone's programs: the
 *     synchronization's
 * @param contexts most PDP contexts that are remembered, those of phones without a mirror included
 * @param limits what recording may take
 * @param directory where tapes are kept
 */
public record TrafficSettings(
    InetSocketAddress gtpUser,
    InetSocketAddress gtpControl,
    InetSocketAddress vxlan,
    Set<Integer> gnNetworks,
    Set<InetSocketAddress> notRecorded,
    int contexts,
    FlowLimits limits,
    Path directory) {
  /** RFC 7348 §5. */
  private static final int VXLAN_PORT = 4789;

  private static final int CONTEXTS = 100_000;

  public TrafficSettings {
    gnNetworks = Set.copyOf(gnNetworks);
    notRecorded = Set.copyOf(notRecorded);
    if (contexts < 1) {
      throw new IllegalArgumentException("contexts is " + contexts + ", must be at least 1");
    }
  }

  /** At the standard ports of an address, with the default limits. */
  public static TrafficSettings at(InetAddress bind, Path directory) {
    return new TrafficSettings(
        new InetSocketAddress(bind, CopyReader.GTP_USER_PORT),
        new InetSocketAddress(bind, CopyReader.GTP_CONTROL_PORT),
        new InetSocketAddress(bind, VXLAN_PORT),
        Set.of(),
        Set.of(),
        CONTEXTS,
        FlowLimits.DEFAULT,
        directory);
  }

  /** At free ports. */
  public TrafficSettings atFreePorts() {
    return new TrafficSettings(
        new InetSocketAddress(gtpUser.getAddress(), 0),
        new InetSocketAddress(gtpControl.getAddress(), 0),
        new InetSocketAddress(vxlan.getAddress(), 0),
        gnNetworks,
        notRecorded,
        contexts,
        limits,
        directory);
  }

  /** With these networks of Gn. */
  public TrafficSettings withGnNetworks(Set<Integer> networks) {
    return new TrafficSettings(
        gtpUser, gtpControl, vxlan, networks, notRecorded, contexts, limits, directory);
  }

  /** Without what goes to and comes from these ends. */
  public TrafficSettings withNotRecorded(Set<InetSocketAddress> ends) {
    return new TrafficSettings(
        gtpUser, gtpControl, vxlan, gnNetworks, ends, contexts, limits, directory);
  }

  /** With other limits. */
  public TrafficSettings withLimits(FlowLimits other) {
    return new TrafficSettings(
        gtpUser, gtpControl, vxlan, gnNetworks, notRecorded, contexts, other, directory);
  }
}
