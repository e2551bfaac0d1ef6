package org.phonemirror.hss.sh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Tbcd;

class UserIdentityTest {
  @Test
  void peopleWriteEitherAnIdentityOrANumber() {
    assertThat(UserIdentity.parse("+15550001")).isEqualTo(new UserIdentity.Msisdn("15550001"));
    assertThat(UserIdentity.parse("15550001")).isEqualTo(new UserIdentity.Msisdn("15550001"));
    assertThat(UserIdentity.parse("tel:+15550001"))
        .isEqualTo(new UserIdentity.Public(new Impu("tel:+15550001")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"015550001", "1234", "1234567890123456", "alice@ims.test", ""})
  void whatIsNeitherIsRefused(String text) {
    assertThatThrownBy(() -> UserIdentity.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text.replace("+", "") + "'");
  }

  @ParameterizedTest
  @CsvSource({"15550001, 51550010", "491710001, 94710100f1", "7, f7"})
  void numbersAreTelephonyDecimals(String digits, String octets) {
    byte[] encoded = Tbcd.encode(digits);
    assertThat(java.util.HexFormat.of().formatHex(encoded)).isEqualTo(octets);
    assertThat(Tbcd.decode(encoded)).isEqualTo(digits);
  }

  @Test
  void octetsThatAreNoDigitsAreNamed() {
    assertThatThrownBy(() -> Tbcd.decode(new byte[] {0x51, (byte) 0xa5}))
        .hasMessageContaining("octet 1");
    assertThatThrownBy(() -> Tbcd.decode(new byte[] {(byte) 0xf1, 0x55}))
        .hasMessageContaining("octet 0");
  }
}
