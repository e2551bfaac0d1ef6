package org.phonemirror.hss.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.subscriber.MirrorProfile;

class RepositoryDataTest {
  private static final MirrorProfile PROFILE = new MirrorProfile("m", Duration.ofSeconds(10));

  @Test
  void shDataCarriesTheProfile() throws Exception {
    RepositoryData data =
        new RepositoryData("a&b", 7, Optional.of(ProfileDocument.format(PROFILE)));
    RepositoryData read = RepositoryData.fromShData(data.toShData(), "a&b").orElseThrow();
    assertThat(read.sequenceNumber()).isEqualTo(7);
    assertThat(ProfileDocument.parse(read.serviceData().orElseThrow())).isEqualTo(PROFILE);
  }

  @Test
  void dataOfOtherServicesAreNotOurs() throws Exception {
    String both =
        "<Sh-Data xmlns=\"urn:3gpp\"><RepositoryData><ServiceIndication>other</ServiceIndication>"
            + "<SequenceNumber>3</SequenceNumber><ServiceData><x/></ServiceData></RepositoryData>"
            + "<RepositoryData><ServiceIndication> ours </ServiceIndication>"
            + "<SequenceNumber>4</SequenceNumber></RepositoryData></Sh-Data>";
    assertThat(RepositoryData.fromShData(both, "ours"))
        .contains(new RepositoryData("ours", 4, Optional.empty()));
    assertThat(RepositoryData.fromShData(both, "third")).isEmpty();
    assertThat(RepositoryData.fromShData("<Sh-Data/>", "ours")).isEmpty();
  }

  @Test
  void serviceDataKeepsItsMeaningOutOfItsPlace() throws Exception {
    String document =
        "<s:Sh-Data xmlns:s=\"urn:3gpp\" xmlns:p=\"urn:p\" xmlns=\"urn:d\"><s:RepositoryData>"
            + "<s:ServiceIndication>s</s:ServiceIndication><s:SequenceNumber>1</s:SequenceNumber>"
            + "<s:ServiceData> <p:a b='1 &quot;&#10;' p:c='&lt;'><!-- d -->&amp;&#13;<![CDATA[<e>]]>"
            + "<f xmlns=\"\" xmlns:p=\"urn:q\"><p:g/></f><p:h/><?i j?></p:a> </s:ServiceData>"
            + "</s:RepositoryData></s:Sh-Data>";
    assertThat(RepositoryData.onlyOf(document).serviceData())
        .contains(
            "<p:a xmlns=\"urn:d\" xmlns:p=\"urn:p\" xmlns:s=\"urn:3gpp\" b=\"1 &#34;&#10;\""
                + " p:c=\"&lt;\"><!-- d -->&amp;&#13;&lt;e&gt;<f xmlns=\"\" xmlns:p=\"urn:q\">"
                + "<p:g></p:g></f><p:h></p:h><?i j?></p:a>");
  }

  @Test
  void serviceDataInTheNamespaceOfItsSurroundingsStaysInIt() throws Exception {
    String document =
        "<Sh-Data xmlns=\"urn:d\"><RepositoryData><ServiceIndication>s</ServiceIndication>"
            + "<SequenceNumber>1</SequenceNumber><ServiceData><a></a></ServiceData>"
            + "</RepositoryData></Sh-Data>";
    assertThat(RepositoryData.onlyOf(document).serviceData()).contains("<a xmlns=\"urn:d\"></a>");
  }

  @ParameterizedTest
  @CsvSource({"0,1", "1,2", "65534,65535", "65535,1"})
  void theSequenceNumberWrapsToOne(int number, int next) {
    assertThat(new RepositoryData("s", number, Optional.empty()).nextSequenceNumber())
        .isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<Other/>",
        "<Sh-Data><RepositoryData/></Sh-Data>",
        "<Sh-Data><RepositoryData><ServiceIndication>s</ServiceIndication></RepositoryData>"
            + "</Sh-Data>",
        "<Sh-Data><RepositoryData><ServiceIndication>s</ServiceIndication>"
            + "<SequenceNumber>65536</SequenceNumber></RepositoryData></Sh-Data>",
        "<Sh-Data><RepositoryData><ServiceIndication>s</ServiceIndication>"
            + "<SequenceNumber>one</SequenceNumber></RepositoryData></Sh-Data>",
      })
  void whatIsNotShDataIsRefused(String text) {
    assertThatThrownBy(() -> RepositoryData.fromShData(text, "s"))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageStartingWith("Sh-Data");
    assertThatThrownBy(() -> RepositoryData.onlyOf(text))
        .isInstanceOf(MalformedDocumentException.class);
  }
}
