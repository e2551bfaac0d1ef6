package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ServiceProfileTest {
  private final XPath path = XPathFactory.newInstance().newXPath();

  @Test
  void aGroupOfTriggersIsAConjunction() throws Exception {
    Subscriber subscriber =
        Subscriber.mirrored(
            "15550001@ims.test", "p", new Impu("sip:+15550001@ims.test"), "sip:127.9.0.5:5080");
    Document xml = parse(ServiceProfile.format(subscriber));
    String triggers = "//InitialFilterCriteria/TriggerPoint";
    assertThat(value(xml, triggers + "/ConditionTypeCNF")).as("disjunctive").isEqualTo("0");
    assertThat(value(xml, "count(" + triggers + "/SPT[Method='REGISTER'])")).isEqualTo("1");
    String group = value(xml, triggers + "/SPT[Method='MESSAGE'][1]/Group");
    assertThat(value(xml, triggers + "/SPT[Group='" + group + "']/SessionCase")).isEqualTo("0");
    assertThat(value(xml, "//ApplicationServer/DefaultHandling")).isEqualTo("0");
  }

  @Test
  void textIsEscaped() throws Exception {
    FilterCriterion criterion =
        new FilterCriterion(
            3,
            List.of(FilterCriterion.Trigger.of("REGISTER")),
            "sip:as.test;a=1&b",
            FilterCriterion.DefaultHandling.SESSION_TERMINATED,
            Optional.of("<info>"));
    Document xml =
        parse(
            ServiceProfile.format(
                new Subscriber(
                    "1@ims.test", "p", List.of(new Impu("tel:+1")), List.of(criterion))));
    assertThat(value(xml, "//ServerName")).isEqualTo("sip:as.test;a=1&b");
    assertThat(value(xml, "//ServiceInfo")).isEqualTo("<info>");
    assertThat(value(xml, "//DefaultHandling")).isEqualTo("1");
    assertThat(value(xml, "//Priority")).isEqualTo("3");
  }

  private String value(Document xml, String expression) throws Exception {
    return path.evaluate(expression, xml);
  }

  private static Document parse(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)));
  }
}
