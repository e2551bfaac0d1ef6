package org.phonemirror.core.download.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "HTTP://Example.org, http://example.org/, example.org, 80",
    "https://example.org:8443/a b?q=ü#part, https://example.org:8443/a%20b?q=%C3%BC, example.org, 8443",
    "https://bücher.example/, https://xn--bcher-kva.example/, xn--bcher-kva.example, 443",
    "'http://[::1]:8080/x', 'http://[::1]:8080/x', ::1, 8080"
  })
  void aUrlIsBroughtIntoItsForm(String url, String uri, String host, int port) throws Exception {
    Target target = Target.parse(url);
    assertThat(target.uri()).hasToString(uri);
    assertThat(target.host()).isEqualTo(host);
    assertThat(target.port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "http:///x",
        "http:x",
        "//example.org/x",
        "http://user:secret@example.org/",
        "http://[fe80::1%25eth0]/",
        "http://exa mple.org/",
        "http://example.org/\r\nHost: inside",
        "http://example.org:99999999999/"
      })
  void whatIsNoPlaceInTheInternetIsRefused(String url) {
    assertThatThrownBy(() -> Target.parse(url))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("give another http or https URL");
  }

  @Test
  void aUrlHasItsLimit() {
    assertThatThrownBy(() -> Target.parse("http://h/" + "a".repeat(Target.MAX_LENGTH)))
        .hasMessageContaining("2048");
  }

  @Test
  void aRedirectIsResolved() throws Exception {
    Target at = Target.parse("http://example.org/a/b?c");
    assertThat(at.resolve("../d?e").uri()).hasToString("http://example.org/d?e");
    assertThat(at.resolve("//other/").uri()).hasToString("http://other/");
  }
}
