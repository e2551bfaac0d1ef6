package org.phonemirror.testnet.hss;

import org.phonemirror.core.subscriber.Impu;

/** The subscriber's service profile as Cx User-Data (TS 29.228 annex E). */
final class ServiceProfile {
  private ServiceProfile() {}

  static String format(Subscriber subscriber) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    xml.append("<IMSSubscription>");
    element(xml, "PrivateID", subscriber.impi());
    xml.append("<ServiceProfile>");
    for (Impu impu : subscriber.impus()) {
      xml.append("<PublicIdentity>");
      element(xml, "BarringIndication", "0");
      element(xml, "Identity", impu.uri());
      xml.append("</PublicIdentity>");
    }
    for (FilterCriterion criterion : subscriber.criteria()) {
      append(xml, criterion);
    }
    return xml.append("</ServiceProfile></IMSSubscription>").toString();
  }

  static void append(StringBuilder xml, FilterCriterion criterion) {
    xml.append("<InitialFilterCriteria>");
    element(xml, "Priority", Integer.toString(criterion.priority()));
    xml.append("<TriggerPoint>");
    // disjunctive normal form: a group is a conjunction, one group must hold
    element(xml, "ConditionTypeCNF", "0");
    int group = 0;
    for (FilterCriterion.Trigger trigger : criterion.anyOf()) {
      append(xml, group, "Method", trigger.method());
      if (trigger.sessionCase().isPresent()) {
        int number = trigger.sessionCase().get().code();
        append(xml, group, "SessionCase", Integer.toString(number));
      }
      group++;
    }
    xml.append("</TriggerPoint><ApplicationServer>");
    element(xml, "ServerName", criterion.server());
    element(xml, "DefaultHandling", Integer.toString(criterion.handling().code()));
    criterion.serviceInfo().ifPresent(info -> element(xml, "ServiceInfo", info));
    xml.append("</ApplicationServer></InitialFilterCriteria>");
  }

  private static void append(StringBuilder xml, int group, String condition, String value) {
    xml.append("<SPT>");
    element(xml, "ConditionNegated", "0");
    element(xml, "Group", Integer.toString(group));
    element(xml, condition, value);
    xml.append("</SPT>");
  }

  static void element(StringBuilder xml, String name, String value) {
    xml.append('<').append(name).append('>');
    xml.append(value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    xml.append("</").append(name).append('>');
  }
}
