package org.phonemirror.hss.profile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.phonemirror.core.subscriber.FirewallRule;
import org.phonemirror.core.subscriber.IpNetwork;
import org.phonemirror.core.subscriber.PortRange;
import org.phonemirror.core.subscriber.ServicePolicies;
import org.w3c.dom.Element;

/** The elements of a mirror profile that hold the policies of services. */
final class ServiceElements {
  static final String FIREWALL = "firewall";

  private static final String DOWNLOAD = "download";
  private static final String UPLOAD = "upload";
  private static final String ANTIVIRUS = "antivirus";

  private ServiceElements() {}

  /**
   * Reads them; what is not there is as usual.
   *
   * @param element finds one by its name
   * @throws IllegalArgumentException for what the schema can't tell
   */
  static ServicePolicies read(Function<String, Optional<Element>> element) {
    ServicePolicies usual = ServicePolicies.USUAL;
    return new ServicePolicies(
        element.apply(DOWNLOAD).map(e -> download(e, usual.download())).orElse(usual.download()),
        element.apply(UPLOAD).map(e -> upload(e, usual.upload())).orElse(usual.upload()),
        element
            .apply(ANTIVIRUS)
            .map(e -> new ServicePolicies.Antivirus(is(e, "automatic", true)))
            .orElse(usual.antivirus()),
        element.apply(FIREWALL).map(ServiceElements::firewall).orElse(usual.firewall()));
  }

  private static ServicePolicies.Download download(
      Element element, ServicePolicies.Download usual) {
    return new ServicePolicies.Download(
        attribute(element, "quota").map(Long::valueOf).orElse(usual.quotaBytes()),
        attribute(element, "keep").map(Duration::parse).orElse(usual.keep()),
        is(element, "at-once", usual.atOnce()));
  }

  private static ServicePolicies.Upload upload(Element element, ServicePolicies.Upload usual) {
    return new ServicePolicies.Upload(
        is(element, "allowed", usual.allowed()),
        attribute(element, "threshold").map(Long::valueOf).orElse(usual.thresholdBytes()));
  }

  static ServicePolicies.Firewall firewall(Element element) {
    List<FirewallRule> rules = new ArrayList<>();
    for (Element rule : Xml.children(element, "rule")) {
      rules.add(
          new FirewallRule(
              attribute(rule, "name").orElse(""),
              FirewallRule.Action.valueOf(upper(attribute(rule, "action").orElse(""))),
              attribute(rule, "protocol")
                  .map(text -> FirewallRule.Protocol.valueOf(upper(text)))
                  .orElse(FirewallRule.Protocol.ANY),
              values(rule, "network").map(IpNetwork::parse).toList(),
              values(rule, "port").map(PortRange::parse).toList(),
              values(rule, "domain").toList(),
              !Xml.children(rule, "malware").isEmpty()));
    }
    return new ServicePolicies.Firewall(rules);
  }

  private static Stream<String> values(Element parent, String name) {
    return Xml.children(parent, name).stream().map(child -> child.getTextContent().trim());
  }

  private static boolean is(Element element, String name, boolean usual) {
    return attribute(element, name)
        .map(text -> text.equals("true") || text.equals("1"))
        .orElse(usual);
  }

  private static Optional<String> attribute(Element element, String name) {
    return element.hasAttribute(name)
        ? Optional.of(element.getAttribute(name).trim())
        : Optional.empty();
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /** Writes them by their names, in the order of the document; usual ones are empty. */
  static Map<String, String> format(ServicePolicies services) {
    ServicePolicies usual = ServicePolicies.USUAL;
    Map<String, String> elements = new LinkedHashMap<>();
    ServicePolicies.Download download = services.download();
    elements.put(
        DOWNLOAD,
        download.equals(usual.download())
            ? ""
            : "<download quota=\"%d\" keep=\"%s\" at-once=\"%s\"/>"
                .formatted(download.quotaBytes(), days(download.keep()), download.atOnce()));
    ServicePolicies.Upload upload = services.upload();
    elements.put(
        UPLOAD,
        upload.equals(usual.upload())
            ? ""
            : "<upload allowed=\"%s\" threshold=\"%d\"/>"
                .formatted(upload.allowed(), upload.thresholdBytes()));
    elements.put(
        ANTIVIRUS,
        services.antivirus().equals(usual.antivirus())
            ? ""
            : "<antivirus automatic=\"%s\"/>".formatted(services.antivirus().automatic()));
    elements.put(
        FIREWALL, services.firewall().equals(usual.firewall()) ? "" : format(services.firewall()));
    return elements;
  }

  private static String days(Duration keep) {
    Duration whole = Duration.ofDays(keep.toDays());
    return whole.equals(keep) ? "P" + keep.toDays() + "D" : keep.toString();
  }

  private static String format(ServicePolicies.Firewall firewall) {
    StringBuilder text = new StringBuilder("<firewall>\n");
    for (FirewallRule rule : firewall.rules()) {
      text.append("    <rule name=\"").append(Xml.escape(rule.name())).append("\" action=\"");
      text.append(rule.action().name().toLowerCase(Locale.ROOT));
      if (rule.protocol() != FirewallRule.Protocol.ANY) {
        text.append("\" protocol=\"").append(rule.protocol().name().toLowerCase(Locale.ROOT));
      }
      text.append("\">");
      append(text, "network", rule.networks());
      append(text, "port", rule.ports());
      append(text, "domain", rule.domains());
      text.append(rule.malware() ? "<malware/>" : "").append("</rule>\n");
    }
    return text.append("  </firewall>").toString();
  }

  private static void append(StringBuilder text, String name, List<?> values) {
    for (Object value : values) {
      text.append('<').append(name).append('>').append(Xml.escape(value.toString()));
      text.append("</").append(name).append('>');
    }
  }
}
