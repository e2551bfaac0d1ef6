package org.phonemirror.hss.criteria;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.MalformedDocumentException;

class AdviceTest {
  private static final String SERVER = "sip:mirror@127.9.0.5:5080";

  private static final String ALL =
      point(0, "<Method>REGISTER</Method>")
          + point(1, "<Method>MESSAGE</Method>")
          + point(1, "<SessionCase>0</SessionCase>")
          + point(2, "<Method>MESSAGE</Method>")
          + point(2, "<SessionCase>1</SessionCase>")
          + point(3, "<Method>INVITE</Method>");

  @Test
  void aProfileWithAllThatIsNeededIsGood() throws Exception {
    Advice advice = advice(criterion(SERVER + ";lr", "0", ALL, 0));
    assertThat(advice.isGood()).as(advice.toString()).isTrue();
    assertThat(advice.notes())
        .containsExactly(
            "MESSAGE (terminating, unregistered) is not triggered: the mirror does not see"
                + " messages to a phone that is off");
  }

  @Test
  void aCriterionWithoutATriggerTakesEverything() throws Exception {
    String xml =
        "<InitialFilterCriteria><Priority>0</Priority><ApplicationServer><ServerName>"
            + SERVER
            + "</ServerName></ApplicationServer></InitialFilterCriteria>";
    assertThat(advice(xml)).isEqualTo(new Advice(java.util.List.of(), java.util.List.of()));
  }

  @Test
  void whatIsMissingIsNamedWithWhatToAdd() throws Exception {
    String noRegister = ALL.substring(point(0, "<Method>REGISTER</Method>").length());
    assertThat(advice(criterion(SERVER, "0", noRegister, 0)).faults())
        .containsExactly(
            "REGISTER is not triggered: the mirror never starts; add a group of service point"
                + " triggers with Method REGISTER");
    assertThat(advice(criterion(SERVER, "0", point(0, "<Method>REGISTER</Method>"), 0)).faults())
        .hasSize(4)
        .anyMatch(text -> text.endsWith("with Method INVITE and SessionCase 1"));
  }

  @Test
  void noCriterionOfThisServerAtAll() throws Exception {
    assertThat(advice(criterion("sip:other@10.0.0.1", "0", ALL, 0)).faults())
        .singleElement()
        .asString()
        .contains("no initial filter criterion names " + SERVER, "sip.uri");
  }

  @Test
  void aServerThatEndsCallsWhenItIsDownIsAFault() throws Exception {
    assertThat(advice(criterion(SERVER, "0", ALL, 1)).faults())
        .singleElement()
        .asString()
        .contains("SESSION_TERMINATED", "set it to 0");
  }

  @Test
  void conditionsOnHeadersAreLeftToTheIntegrator() throws Exception {
    String onHeader = ALL + point(0, "<SIPHeader><Header>Event</Header></SIPHeader>");
    assertThat(advice(criterion(SERVER, "0", onHeader, 0)).notes())
        .anyMatch(text -> text.startsWith("REGISTER is triggered only if"));
  }

  @Test
  void conjunctiveAndNegatedConditionsAreUnderstood() throws Exception {
    // (REGISTER or MESSAGE or INVITE) and not SUBSCRIBE
    String points =
        point(0, "<Method>REGISTER</Method>")
            + point(0, "<Method>MESSAGE</Method>")
            + point(0, "<Method>INVITE</Method>")
            + "<SPT><ConditionNegated>1</ConditionNegated><Group>1</Group>"
            + "<Method>SUBSCRIBE</Method></SPT>";
    assertThat(advice(criterion(SERVER, "1", points, 0)).notes()).isEmpty();
    String never =
        points
            + "<SPT><ConditionNegated>true</ConditionNegated><Group>2</Group>"
            + "<Method>REGISTER</Method></SPT>";
    assertThat(advice(criterion(SERVER, "1", never, 0)).faults()).hasSize(1);
  }

  @Test
  void aCriterionWithoutAServerIsMalformed() {
    assertThatThrownBy(
            () -> advice("<InitialFilterCriteria><Priority>0</Priority></InitialFilterCriteria>"))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining("ApplicationServer");
    assertThatThrownBy(() -> advice(criterion(SERVER, "0", ALL.replace(">3<", ">x<"), 0)))
        .hasMessageContaining("Group is 'x'");
  }

  private static Advice advice(String criteria) throws MalformedDocumentException {
    String document = "<Sh-Data><Sh-IMS-Data><IFCs>" + criteria + "</IFCs></Sh-IMS-Data></Sh-Data>";
    return Advice.on(ImsData.parse(document).criteria(), SERVER);
  }

  private static String criterion(String server, String conjunctive, String points, int handling) {
    return "<InitialFilterCriteria><Priority>0</Priority><TriggerPoint><ConditionTypeCNF>"
        + conjunctive
        + "</ConditionTypeCNF>"
        + points
        + "</TriggerPoint><ApplicationServer><ServerName>"
        + server
        + "</ServerName><DefaultHandling>"
        + handling
        + "</DefaultHandling></ApplicationServer></InitialFilterCriteria>";
  }

  private static String point(int group, String condition) {
    return "<SPT><ConditionNegated>0</ConditionNegated><Group>"
        + group
        + "</Group>"
        + condition
        + "</SPT>";
  }
}
