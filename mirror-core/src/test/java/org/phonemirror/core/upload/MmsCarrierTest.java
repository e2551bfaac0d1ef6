package org.phonemirror.core.upload;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.Part;
import org.phonemirror.core.mms.ResponseStatus;

class MmsCarrierTest {
  private static final String BOB = "mms:+15550002";

  @TempDir Path directory;
  private final PlainHttp http = new PlainHttp(Duration.ofSeconds(20));
  private final byte[] content = new byte[200_000];
  private HttpPeer relay;
  private Path file;

  /** One that gets nowhere. */
  static final class NoRelay implements Carrier {
    @Override
    public Outcome bring(Parcel parcel) throws Parcel.RecalledException {
      try (PlainHttp http = new PlainHttp(Duration.ofSeconds(20))) {
        return carrier(http, "http://127.64.1.8:9/", 1 << 20).bring(parcel);
      }
    }
  }

  @BeforeEach
  void start() throws Exception {
    relay = new HttpPeer("127.64.1.3");
    new Random(1).nextBytes(content);
    file = Files.write(directory.resolve("photo.jpg"), content);
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    relay.close();
  }

  private static MmsCarrier carrier(PlainHttp http, String url, long most) {
    MmsSettings settings =
        new MmsSettings(URI.create(url), "X-MSISDN", most, Duration.ofSeconds(20));
    return new MmsCarrier(settings, http, Clock.systemUTC());
  }

  private Outcome send(int status) throws Exception {
    Parcel parcel = Parcels.of(file, BOB);
    return send(confirmation(parcel.key(), status), parcel);
  }

  private Outcome send(HttpPeer.Answer answer, Parcel parcel) throws Exception {
    relay.answers.add(answer);
    return carrier(http, relay.url("/mms"), 250_000).bring(parcel);
  }

  private static HttpPeer.Answer confirmation(String transaction, int status) {
    byte[] pdu =
        MmsEncoder.encode(
            new MmsMessage.SendConfirmation(
                transaction,
                new ResponseStatus(status),
                Optional.of("so it is"),
                Optional.empty()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(pdu.length)
            + "\r\n";
    out.writeBytes(head.getBytes(ISO_8859_1));
    out.writeBytes(pdu);
    out.writeBytes("\r\n0\r\n\r\n".getBytes(ISO_8859_1));
    return new HttpPeer.Answer(false, out.toByteArray());
  }

  @Test
  void aMessageIsHandedInAsByTheSubscribersPhone() throws Exception {
    assertThat(send(0x80)).isEqualTo(new Outcome.Sent());
    HttpPeer.Request request = relay.requests.get(0);
    assertThat(request.head())
        .startsWith("POST /mms HTTP/1.1")
        .contains("Content-Type: application/vnd.wap.mms-message\r\n", "X-MSISDN: +15550001\r\n");
    MmsMessage.SendRequest message = (MmsMessage.SendRequest) MmsDecoder.decode(request.body());
    assertThat(message.envelope().from()).contains("+15550001/TYPE=PLMN");
    assertThat(message.envelope().to()).containsExactly("+15550002/TYPE=PLMN");
    assertThat(message.envelope().subject()).contains("H\u00f6lidays Bcc: x");
    assertThat(message.content().parts()).hasSize(2);
    assertThat(message.content().parts().get(0).data()).isEqualTo("Look".getBytes(UTF_8));
    Part photo = message.content().parts().get(1);
    assertThat(photo.type().media()).isEqualTo("image/jpeg");
    assertThat(photo.contentLocation()).contains("photo.jpg");
    assertThat(photo.data()).isEqualTo(content);

    // a repetition is the same to the last bit
    send(0x80);
    assertThat(relay.requests.get(1).body()).isEqualTo(request.body());
  }

  @Test
  void statusesTellWhetherItIsWorthAnotherAttempt() throws Exception {
    for (int status : new int[] {0xC0, 0xC3, 0xDF, 0x81, 0x86}) {
      assertThat(send(status))
          .isInstanceOfSatisfying(
              Outcome.Later.class, later -> assertThat(later.answered()).isTrue());
    }
    for (int status : new int[] {0xE0, 0xE5, 0xFF, 0x82, 0x88}) {
      assertThat(send(status))
          .isEqualTo(new Outcome.Never(Reason.REFUSED, "the MMS relay refuses it: so it is"));
    }
  }

  @Test
  void whatIsNoConfirmationOfThisMessageIsNone() throws Exception {
    assertThat(send(confirmation("another", 0x80), Parcels.of(file, BOB)))
        .isInstanceOf(Outcome.Later.class);
    assertThat(send(HttpPeer.Answer.of("HTTP/1.1 200 OK\r\n\r\nwelcome"), Parcels.of(file, BOB)))
        .isInstanceOf(Outcome.Later.class);
    assertThat(
            send(
                HttpPeer.Answer.of("HTTP/1.1 502 No relay\r\nRetry-After: 60\r\n\r\n"),
                Parcels.of(file, BOB)))
        .isEqualTo(
            new Outcome.Later(
                "the MMS relay answers with HTTP status 502",
                true,
                Optional.of(Duration.ofMinutes(1))));
    assertThat(new NoRelay().bring(Parcels.of(file, BOB))).isInstanceOf(Outcome.Later.class);
  }

  @Test
  void aFileBeyondTheRelaysLimitIsNotSent() throws Exception {
    Files.write(file, new byte[250_000]);
    assertThat(send(0x80))
        .isInstanceOfSatisfying(
            Outcome.Never.class, never -> assertThat(never.reason()).isEqualTo(Reason.TOO_BIG));
    assertThat(relay.requests).isEmpty();
  }
}
