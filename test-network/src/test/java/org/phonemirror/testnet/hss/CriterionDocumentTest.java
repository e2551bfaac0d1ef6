package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriterionDocumentTest {
  private static final String SERVER = "sip:mirror@192.0.2.5:5080";

  @TempDir Path directory;

  @Test
  void theOperatorsGuideHasWhatTheMirrorServerNeeds() throws Exception {
    FilterCriterion pasted = CriterionDocument.parse(DeployGuide.filterCriterion());
    FilterCriterion needed = FilterCriterion.mirror(SERVER);
    assertThat(pasted.anyOf()).containsExactlyInAnyOrderElementsOf(needed.anyOf());
    assertThat(pasted.server()).isEqualTo(SERVER);
    assertThat(pasted.handling()).isEqualTo(needed.handling());
    assertThat(pasted.priority()).isEqualTo(10);
  }

  @Test
  void aCriterionOfASubscriberMayStandInAFile() throws Exception {
    Files.writeString(directory.resolve("criterion.xml"), DeployGuide.filterCriterion());
    Path subscribers = directory.resolve("subscribers.txt");
    Files.write(
        subscribers,
        List.of("1@ims.test", "  password p", "  impu sip:1@ims.test", "  ifc criterion.xml"));
    assertThat(SubscriberFile.read(subscribers).get(0).subscriber().criteria())
        .extracting(FilterCriterion::server)
        .containsExactly(SERVER);
    Files.delete(directory.resolve("criterion.xml"));
    assertThatThrownBy(() -> SubscriberFile.read(subscribers))
        .hasMessageContaining("line 4")
        .hasMessageContaining("criterion.xml");
  }

  @Test
  void whatTheHssDoesNotServeIsRefused() throws Exception {
    String good = DeployGuide.filterCriterion();
    assertRefused(good.replace("<ConditionTypeCNF>0", "<ConditionTypeCNF>1"), "ConditionTypeCNF");
    assertRefused(good.replaceFirst("Negated>0", "Negated>1"), "not negated");
    assertRefused(good.replace("<SessionCase>2", "<SessionCase>9"), "SessionCase");
    assertRefused(
        good.replace("<Method>REGISTER</Method>", "<RequestURI>x</RequestURI>"), "Method");
    assertRefused(
        good.replace("</DefaultHandling>", "</DefaultHandling><ServiceInfo>i</ServiceInfo>"),
        "ServiceInfo");
    assertRefused(good + good, "there are 2");
  }

  private static void assertRefused(String xml, String why) {
    assertThatThrownBy(() -> CriterionDocument.parse(xml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
