package org.phonemirror.hss.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.subscriber.MirrorProfile;

/** What is read plainly means the same to the JDK's parser; what it might refuse is left to it. */
class PlainElementTest {
  @Test
  void whatOurOwnToolsWriteIsPlain() throws Exception {
    String profile = ProfileDocument.format(new MirrorProfile("m", Duration.ofSeconds(90)));
    String document = new RepositoryData("s", 7, java.util.Optional.of(profile)).toShData();
    PlainElement root = PlainElement.read(document).orElseThrow();
    PlainElement content = root.children().get(0).children("ServiceData").get(0).children().get(0);
    assertThat(content.source()).isEqualTo(profile);
    assertThat(content.namespace()).isEqualTo(ProfileDocument.NAMESPACE);
    assertThat(content.children("sync-interval").get(0).text()).isEqualTo("PT1M30S");
    assertThat(ShData.read(document)).isEqualTo(ShData.readAny(document));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "<a>",
        "<a/>",
        "<a></b>",
        "<a></a><a></a>",
        "<a></a>x",
        "<a>b<c></c></a>",
        "<a>&amp;</a>",
        "<a>]]></a>",
        "<a>\r\n</a>",
        "<a>\u0001</a>",
        "<a>\uFFFF</a>",
        "<a><!-- --></a>",
        "<a><![CDATA[b]]></a>",
        "<?xml version=\"1.1\"?><a></a>",
        "<!DOCTYPE a><a></a>",
        "<?p?><a></a>",
        "<a b=\"c\"></a>",
        "<p:a xmlns:p=\"u\"></p:a>",
        "<a xmlns=\"&lt;\"></a>",
        "<a xmlns=\"http://www.w3.org/2000/xmlns/\"></a>",
        "<a xmlns=\"u\" xmlns=\"v\"></a>",
        "<a xmlns=\"u",
        "<a.b></a.b>",
      })
  void whatIsNotSoPlainIsLeftToTheParser(String document) {
    assertThat(PlainElement.read(document)).isEmpty();
  }

  @Test
  void depthAndLengthAreBounded() {
    assertThat(PlainElement.read("<a>".repeat(20) + "</a>".repeat(20))).isEmpty();
    assertThat(PlainElement.read("<a>" + "b".repeat(Parser.MAX_LENGTH) + "</a>")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<Sh-Data></Sh-Data>",
        "<Sh-Data xmlns=\"urn:3gpp\">\n<RepositoryData>\n<ServiceIndication> s </ServiceIndication>"
            + "<SequenceNumber>1</SequenceNumber></RepositoryData></Sh-Data>",
        "<Sh-Data><Sh-IMS-Data><SCSCFName>x</SCSCFName></Sh-IMS-Data><RepositoryData>"
            + "<ServiceIndication>s</ServiceIndication><ServiceIndication>t</ServiceIndication>"
            + "<ServiceData></ServiceData><ServiceData><a></a></ServiceData>"
            + "</RepositoryData><RepositoryData></RepositoryData></Sh-Data>",
        "<Sh-Data><RepositoryData><ServiceIndication><b>s</b></ServiceIndication>"
            + "<ServiceData><a></a><b></b></ServiceData></RepositoryData></Sh-Data>",
        "<Sh-Data xmlns=\"urn:3gpp\"><RepositoryData><ServiceData><a></a></ServiceData>"
            + "</RepositoryData></Sh-Data>",
        "<Sh-Data xmlns=\"urn:3gpp\"><RepositoryData><ServiceData><a xmlns=\"u\"><b>c</b>\n</a>"
            + "</ServiceData></RepositoryData></Sh-Data>",
        "<Other><RepositoryData></RepositoryData></Other>",
      })
  void shDataIsTheSameByBothWays(String document) throws Exception {
    assertThat(ShData.read(document)).isEqualTo(ShData.readAny(document));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PT1S",
        "PT9999S",
        "PT999M",
        "PT10000S",
        "PT24H",
        "PT1M30S",
        "PT2.5S",
        "PT0H1M",
        "PT1439M60S",
        "PT01S"
      })
  void aProfileIsTheSameByBothWays(String interval) throws Exception {
    String text = ProfileDocument.format(new MirrorProfile("a.b_c-9", Duration.ofSeconds(1)));
    String document = text.replace("PT1S", interval);
    assertThat(ProfileDocument.parse(document))
        .isEqualTo(ProfileDocument.parseAny(document))
        .isEqualTo(new MirrorProfile("a.b_c-9", Duration.parse(interval)));
  }
}
