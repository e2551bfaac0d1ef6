package org.phonemirror.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;

class RegistrationBodyTest {
  private static final String INFO =
      "<ims-3gpp version=\"1\"><service-info> mirror </service-info></ims-3gpp>";
  private static final String REGISTER =
      "REGISTER sip:ims.test SIP/2.0\r\nTo: <sip:1@ims.test>\r\nm: <sip:1@10.0.0.1>;+g.3gpp.smsip\r\n\r\n";

  @Test
  void serviceInformation() {
    assertThat(parse("application/3gpp-ims+xml;sv=\"1\"", INFO))
        .isEqualTo(new RegistrationBody(Optional.of("mirror"), Optional.empty()));
  }

  @Test
  void phonesOwnRegister() {
    assertThat(parse("message/sip", REGISTER).contact()).contains("<sip:1@10.0.0.1>;+g.3gpp.smsip");
  }

  @Test
  void bothAsParts() {
    assertThat(
            parse(
                "multipart/mixed; boundary=\"b 1\"",
                "--b 1\r\nContent-Type: message/sip\r\n\r\n"
                    + REGISTER
                    + "\r\n--b 1\r\nc: application/3gpp-ims+xml\r\n\r\n"
                    + INFO
                    + "\r\n--b 1--"))
        .isEqualTo(
            new RegistrationBody(
                Optional.of("mirror"), Optional.of("<sip:1@10.0.0.1>;+g.3gpp.smsip")));
  }

  @Test
  void anythingElseTellsNothing() {
    assertThat(RegistrationBody.parse(null, new byte[0])).isEqualTo(RegistrationBody.NONE);
    assertThat(parse("text/plain", INFO)).isEqualTo(RegistrationBody.NONE);
    assertThat(parse("message/sip", "SIP/2.0 200 OK\r\nContact: <sip:1@10.0.0.1>\r\n\r\n"))
        .isEqualTo(RegistrationBody.NONE);
    assertThat(parse("multipart/mixed", "--b\r\n\r\n" + INFO)).isEqualTo(RegistrationBody.NONE);
    assertThat(
            parse(
                "application/3gpp-ims+xml",
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a><service-info>&x;</service-info></a>"))
        .isEqualTo(RegistrationBody.NONE);
  }

  @Test
  void registrationInformation() {
    String document =
        "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\" state=\"full\">"
            + "<registration aor=\"sip:1@ims.test\" id=\"a\" state=\"active\"/>"
            + "<registration aor=\"tel:+1\" id=\"b\" state=\"terminated\"/>"
            + "<registration aor=\"http://ims.test\" id=\"c\" state=\"active\"/></reginfo>";
    assertThat(RegInfo.parse(document.getBytes(StandardCharsets.UTF_8)))
        .contains(Map.of(new Impu("sip:1@ims.test"), true, new Impu("tel:+1"), false));
  }

  private static RegistrationBody parse(String contentType, String body) {
    return RegistrationBody.parse(contentType, body.getBytes(StandardCharsets.UTF_8));
  }
}
