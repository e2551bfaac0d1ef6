package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.RepositoryData;
import org.phonemirror.hss.sh.Sh;
import org.phonemirror.hss.sh.UserIdentity;

/** What application servers ask over Sh, right and wrong. */
class ShHandlerTest {
  private static final String IMPU = "sip:+15550001@ims.test";

  private TestHss hss;
  private DiameterClient server;

  @BeforeEach
  void start() throws Exception {
    InetSocketAddress address = Loopback.freeForHss();
    Subscribers subscribers = new Subscribers();
    subscribers.put(
        Subscriber.mirrored("15550001@ims.test", "secret1", new Impu(IMPU), "sip:127.9.0.5")
            .withMsisdns("15550001"));
    hss = TestHss.start(HssConfig.of("hss.ims.test", "ims.test", address), subscribers);
    server = new DiameterClient("as.ims.test", address);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    if (hss != null) {
      hss.close();
    }
  }

  @Test
  void anUpdateNeedsTheNumberAfterThePresentOne() throws Exception {
    assertThat(Result.of(update(1))).as("new data need 0").isEqualTo(new Result(5105, true));
    assertThat(Result.of(update(0))).isEqualTo(Result.SUCCESS);
    assertThat(Result.of(update(0))).as("not new any more").isEqualTo(new Result(5105, true));
    assertThat(Result.of(update(2))).isEqualTo(new Result(5105, true));
    assertThat(Result.of(update(1))).isEqualTo(Result.SUCCESS);
    AvpSet read = read(Sh.REPOSITORY_DATA);
    String document = Avps.text(read, Sh.USER_DATA, Avps.VENDOR_3GPP).orElseThrow();
    assertThat(RepositoryData.fromShData(document, "s").orElseThrow().sequenceNumber())
        .isEqualTo(1);
  }

  @Test
  void dataThatAreNotServedOrNotPermittedAreRefusedWithTheirOwnResults() throws Exception {
    assertThat(Result.of(read(15))).as("not served").isEqualTo(new Result(5100, true));
    assertThat(Result.of(read(Sh.IMS_USER_STATE))).isEqualTo(Result.SUCCESS);
    assertThat(Result.of(watch(Sh.MSISDN_DATA))).isEqualTo(new Result(5104, true));
    hss.permissions()
        .limit("as.ims.test", Map.of(Sh.REPOSITORY_DATA, Set.of(Permissions.Operation.PULL)));
    assertThat(Result.of(read(Sh.REPOSITORY_DATA))).isEqualTo(Result.SUCCESS);
    assertThat(Result.of(read(Sh.IMS_USER_STATE))).isEqualTo(new Result(5102, true));
    assertThat(Result.of(update(0))).as("no update at all").isEqualTo(new Result(5101, true));
  }

  @Test
  void anMsisdnIsNoKeyToTransparentData() throws Exception {
    assertThat(Result.of(readByMsisdn("15550001", Sh.REPOSITORY_DATA)))
        .isEqualTo(new Result(5101, true));
    AvpSet answer = readByMsisdn("15550001", Sh.IMS_PUBLIC_IDENTITY);
    String document = Avps.text(answer, Sh.USER_DATA, Avps.VENDOR_3GPP).orElseThrow();
    assertThat(ImsData.parse(document).publicIdentities()).containsExactly(IMPU);
    assertThat(Result.of(readByMsisdn("15559999", Sh.IMS_PUBLIC_IDENTITY)))
        .isEqualTo(new Result(5001, true));
  }

  @Test
  void severalDataCanBeReadAtOnce() throws Exception {
    assertThat(Result.of(update(0))).isEqualTo(Result.SUCCESS);
    AvpSet answer =
        ask(
            Sh.UDR,
            avps -> {
              user(avps);
              Avps.add(avps, Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, "s");
              Avps.add(avps, Sh.SERVER_NAME, Avps.VENDOR_3GPP, "sip:127.9.0.5");
              for (long reference : new long[] {0, 10, 11, 12, 13, 17}) {
                Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, reference);
              }
            });
    String document = Avps.text(answer, Sh.USER_DATA, Avps.VENDOR_3GPP).orElseThrow();
    ImsData data = ImsData.parse(document);
    assertThat(data.publicIdentities()).containsExactly(IMPU);
    assertThat(data.msisdns()).containsExactly("15550001");
    assertThat(data.userState()).contains(ImsData.UserState.NOT_REGISTERED);
    assertThat(data.servingCscf()).isEmpty();
    assertThat(data.criteria()).hasSize(1);
    assertThat(RepositoryData.fromShData(document, "s")).isPresent();
  }

  @Test
  void aMissingAvpIsNamed() throws Exception {
    AvpSet answer =
        ask(
            Sh.UDR,
            avps -> Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA));
    assertThat(Result.of(answer)).isEqualTo(new Result(5005, false));
    AvpSet failed = Avps.group(answer, Avp.FAILED_AVP, Avps.BASE).orElseThrow();
    assertThat(Avps.find(failed, Sh.USER_IDENTITY, Avps.VENDOR_3GPP)).isPresent();
  }

  @Test
  void whatIsNotUnderstoodTooOftenOrOfAWrongLengthIsReturned() throws Exception {
    AvpSet unknown =
        ask(
            Sh.UDR,
            avps -> {
              user(avps);
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.IMS_USER_STATE);
              Avps.add(avps, 4711, 99_999, "odd");
            });
    assertRefused(unknown, 5001, 4711, 99_999);
    AvpSet optional =
        ask(
            Sh.UDR,
            avps -> {
              user(avps);
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.IMS_USER_STATE);
              avps.addAvp(4711, "odd".getBytes(StandardCharsets.UTF_8), 99_999, false, false);
            });
    assertThat(Result.of(optional)).as("need not be understood").isEqualTo(Result.SUCCESS);
    AvpSet twice =
        ask(
            Sh.UDR,
            avps -> {
              user(avps);
              user(avps);
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.IMS_USER_STATE);
            });
    assertRefused(twice, 5009, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
    AvpSet tooLong =
        ask(
            Sh.UDR,
            avps -> {
              user(avps);
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, new byte[] {0, 0, 0, 0, 11});
            });
    assertRefused(tooLong, 5014, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP);
  }

  private static void assertRefused(AvpSet answer, long result, int code, long vendor)
      throws Exception {
    assertThat(Result.of(answer)).isEqualTo(new Result(result, false));
    AvpSet failed = Avps.group(answer, Avp.FAILED_AVP, Avps.BASE).orElseThrow();
    assertThat(Avps.find(failed, code, vendor)).isPresent();
  }

  @Test
  void anUpdateThatIsNoShDataIsReturned() throws Exception {
    AvpSet answer =
        ask(
            Sh.PUR,
            avps -> {
              user(avps);
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
              Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, "<Sh-Data>");
            });
    assertThat(Result.of(answer)).isEqualTo(new Result(5004, false));
    assertThat(Avps.text(answer, Avp.ERROR_MESSAGE, Avps.BASE).orElseThrow()).contains("line 1");
  }

  private AvpSet update(int number) throws Exception {
    String document = new RepositoryData("s", number, Optional.of("<x/>")).toShData();
    return ask(
        Sh.PUR,
        avps -> {
          user(avps);
          Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, Sh.REPOSITORY_DATA);
          Avps.add(avps, Sh.USER_DATA, Avps.VENDOR_3GPP, document);
        });
  }

  private AvpSet read(long reference) throws Exception {
    return ask(
        Sh.UDR,
        avps -> {
          user(avps);
          Avps.add(avps, Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, "s");
          Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, reference);
        });
  }

  private AvpSet readByMsisdn(String digits, long reference) throws Exception {
    return ask(
        Sh.UDR,
        avps -> {
          new UserIdentity.Msisdn(digits).addTo(avps);
          Avps.add(avps, Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, "s");
          Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, reference);
        });
  }

  private AvpSet watch(long reference) throws Exception {
    return ask(
        Sh.SNR,
        avps -> {
          user(avps);
          Avps.add(avps, Sh.SERVICE_INDICATION, Avps.VENDOR_3GPP, "s");
          Avps.add(avps, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP, Sh.SUBSCRIBE);
          Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, reference);
        });
  }

  private static void user(AvpSet avps) {
    AvpSet identity = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
    Avps.add(identity, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, IMPU);
  }

  private AvpSet ask(int command, Consumer<AvpSet> fill) throws Exception {
    return server.ask(Sh.APPLICATION, command, fill);
  }
}
