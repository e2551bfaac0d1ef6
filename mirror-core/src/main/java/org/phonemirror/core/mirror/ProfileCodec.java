package org.phonemirror.core.mirror;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.IpNetwork;
import org.phonemirror.core.subscriber.MirrorProfile;
import org.phonemirror.core.subscriber.PortRange;
import org.phonemirror.core.subscriber.ServicePolicies;

/** The form of profiles in the journal. */
final class ProfileCodec {
  /** What older servers wrote of a profile. */
  enum Version {
    /** Phone model and interval. */
    FIRST,
    /** With the repair budget. */
    REPAIR,
    /** With the policies of services. */
    SERVICES
  }

  private ProfileCodec() {}

  static void write(DataOutputStream out, MirrorProfile profile) throws IOException {
    out.writeUTF(profile.phoneModel());
    out.writeLong(profile.syncInterval().toNanos());
    out.writeInt(profile.repairBudget());
    ServicePolicies services = profile.services();
    out.writeLong(services.download().quotaBytes());
    out.writeLong(services.download().keep().toNanos());
    out.writeBoolean(services.download().atOnce());
    out.writeBoolean(services.upload().allowed());
    out.writeLong(services.upload().thresholdBytes());
    out.writeBoolean(services.antivirus().automatic());
    out.writeInt(services.firewall().rules().size());
    for (FirewallRule rule : services.firewall().rules()) {
      rule(out, rule);
    }
  }

  static MirrorProfile read(DataInputStream in, Version version) throws IOException {
    String model = in.readUTF();
    Duration interval = Duration.ofNanos(in.readLong());
    return switch (version) {
      case FIRST -> new MirrorProfile(model, interval);
      case REPAIR -> new MirrorProfile(model, interval, in.readInt());
      case SERVICES -> new MirrorProfile(model, interval, in.readInt(), services(in));
    };
  }

  private static ServicePolicies services(DataInputStream in) throws IOException {
    return new ServicePolicies(
        new ServicePolicies.Download(
            in.readLong(), Duration.ofNanos(in.readLong()), in.readBoolean()),
        new ServicePolicies.Upload(in.readBoolean(), in.readLong()),
        new ServicePolicies.Antivirus(in.readBoolean()),
        new ServicePolicies.Firewall(list(in, () -> rule(in))));
  }

  private static void rule(DataOutputStream out, FirewallRule rule) throws IOException {
    out.writeUTF(rule.name());
    out.writeUTF(rule.action().name());
    out.writeUTF(rule.protocol().name());
    texts(out, rule.networks());
    texts(out, rule.ports());
    texts(out, rule.domains());
    out.writeBoolean(rule.malware());
  }

  private static FirewallRule rule(DataInputStream in) throws IOException {
    return new FirewallRule(
        in.readUTF(),
        FirewallRule.Action.valueOf(in.readUTF()),
        FirewallRule.Protocol.valueOf(in.readUTF()),
        list(in, () -> IpNetwork.parse(in.readUTF())),
        list(in, () -> PortRange.parse(in.readUTF())),
        list(in, in::readUTF),
        in.readBoolean());
  }

  private static void texts(DataOutputStream out, List<?> values) throws IOException {
    out.writeInt(values.size());
    for (Object value : values) {
      out.writeUTF(value.toString());
    }
  }

  private interface Element<T> {
    T read() throws IOException;
  }

  private static <T> List<T> list(DataInputStream in, Element<T> element) throws IOException {
    List<T> values = new ArrayList<>();
    for (int n = in.readInt(); n > 0; n--) {
      values.add(element.read());
    }
    return values;
  }
}
