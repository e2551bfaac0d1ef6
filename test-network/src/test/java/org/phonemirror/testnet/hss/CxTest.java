package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdiameter.api.Answer;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.testnet.aka.AkaKey;
import org.phonemirror.testnet.aka.Vector;

/** What the CSCFs ask over Cx, and what they get. */
class CxTest {
  private static final String IMPI = "15550001@ims.test";
  private static final String IMPU = "sip:+15550001@ims.test";
  private static final String SCSCF = "sip:127.9.0.3:6060";
  private static final int REGISTRATION = 1;
  private static final int USER_DEREGISTRATION = 5;

  private static final Queue<AvpSet> questions = new ConcurrentLinkedQueue<>();
  private static volatile boolean takesPush = true;
  private static TestHss hss;
  private static DiameterClient cscf;

  @BeforeAll
  static void start() throws Exception {
    InetSocketAddress address = Loopback.freeForHss();
    hss = TestHss.start(HssConfig.of("hss.ims.test", "ims.test", address), new Subscribers());
    cscf = new DiameterClient("cscf.ims.test", address, CxTest::asked);
  }

  @AfterAll
  static void stop() {
    if (cscf != null) {
      cscf.close();
    }
    if (hss != null) {
      hss.close();
    }
  }

  @BeforeEach
  void subscribe() throws Exception {
    hss.subscribers()
        .put(
            new Subscriber(
                IMPI,
                "secret1",
                List.of(new Impu(IMPU), new Impu("tel:+15550001")),
                List.of(FilterCriterion.mirror("sip:127.9.0.5:5080"))));
    hss.subscribers()
        .put(
            Subscriber.mirrored(
                "15550002@ims.test",
                "secret2",
                new Impu("sip:+15550002@ims.test"),
                "sip:127.9.0.5:5080"));
    sar(IMPI, IMPU, USER_DEREGISTRATION);
  }

  @Test
  void aPhoneRegistersIsFoundAndLeaves() throws Exception {
    AvpSet first = uar(IMPI, IMPU, Optional.of(0));
    assertThat(Result.of(first)).isEqualTo(Cx.FIRST_REGISTRATION);
    assertThat(Avps.group(first, Cx.SERVER_CAPABILITIES, Avps.VENDOR_3GPP)).isPresent();

    AvpSet challenge = mar(IMPI, IMPU, "SIP Digest");
    assertThat(Result.of(challenge)).isEqualTo(Result.SUCCESS);
    assertThat(Result.of(lir(IMPU))).as("not yet registered").isEqualTo(Cx.UNREGISTERED_SERVICE);

    AvpSet again = uar(IMPI, IMPU, Optional.empty());
    assertThat(Result.of(again)).isEqualTo(Cx.SUBSEQUENT_REGISTRATION);
    assertThat(Avps.text(again, Cx.SERVER_NAME, Avps.VENDOR_3GPP)).contains(SCSCF);

    AvpSet assigned = sar(IMPI, IMPU, REGISTRATION);
    assertThat(Result.of(assigned)).isEqualTo(Result.SUCCESS);
    assertThat(Avps.text(assigned, Cx.USER_DATA, Avps.VENDOR_3GPP).orElseThrow())
        .contains("<Identity>tel:+15550001</Identity>")
        .contains("<ServerName>sip:127.9.0.5:5080</ServerName>");
    assertThat(hss.servingCscf(new Impu("tel:+15550001"))).contains(SCSCF);

    AvpSet found = lir("tel:+15550001");
    assertThat(Result.of(found)).isEqualTo(Result.SUCCESS);
    assertThat(Avps.text(found, Cx.SERVER_NAME, Avps.VENDOR_3GPP)).contains(SCSCF);

    AvpSet left = sar(IMPI, IMPU, USER_DEREGISTRATION);
    assertThat(Result.of(left)).isEqualTo(Result.SUCCESS);
    assertThat(Avps.find(left, Cx.USER_DATA, Avps.VENDOR_3GPP)).isEmpty();
    AvpSet off = lir(IMPU);
    assertThat(Result.of(off)).as("its server is to be told").isEqualTo(Cx.UNREGISTERED_SERVICE);
    assertThat(Avps.group(off, Cx.SERVER_CAPABILITIES, Avps.VENDOR_3GPP)).isPresent();
    assertThat(Result.of(uar(IMPI, IMPU, Optional.of(1)))).isEqualTo(Cx.IDENTITY_NOT_REGISTERED);
  }

  @Test
  void aPhoneThatIsOffAndHasNoServicesThenIsNotFound() throws Exception {
    hss.subscribers().put(new Subscriber(IMPI, "secret1", List.of(new Impu(IMPU)), List.of()));
    assertThat(Result.of(lir(IMPU))).isEqualTo(Cx.IDENTITY_NOT_REGISTERED);
  }

  @Test
  void sipDigestCarriesTheHashOfThePasswordNotThePassword() throws Exception {
    AvpSet item = item(mar(IMPI, IMPU, "SIP Digest"));
    AvpSet digest = Avps.group(item, Cx.SIP_DIGEST_AUTHENTICATE, Avps.VENDOR_3GPP).orElseThrow();
    // md5sum of 15550001@ims.test:ims.test:secret1
    assertThat(Avps.text(digest, Cx.DIGEST_HA1, Avps.BASE))
        .contains("8bac81c30c9d494c55aacb286e6ba658");
    assertThat(Avps.text(digest, Cx.DIGEST_REALM, Avps.BASE)).contains("ims.test");
    assertThat(Avps.find(item, Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP)).isEmpty();
  }

  @Test
  void digestMd5CarriesANewNonceEachTime() throws Exception {
    Avp one = nonce(mar(IMPI, IMPU, "Digest-MD5"));
    Avp two = nonce(mar(IMPI, IMPU, "Digest-MD5"));
    assertThat(one.getOctetString()).hasSize(16).isNotEqualTo(two.getOctetString());
  }

  @Test
  void aSchemeThatIsNotSupportedIsRefused() throws Exception {
    assertThat(Result.of(mar(IMPI, IMPU, "Early-IMS-Security")))
        .isEqualTo(Cx.AUTH_SCHEME_NOT_SUPPORTED);
  }

  @Test
  void aCardIsChallengedWithVectorsOfItsOwnAndMayResynchronize() throws Exception {
    assertThat(Result.of(mar(IMPI, IMPU, "Digest-AKAv1-MD5")))
        .as("no card")
        .isEqualTo(Cx.AUTH_SCHEME_NOT_SUPPORTED);
    AkaKey key = new AkaKey("465b5ce8b199b49faa5f0a2ee238a6bc", "0".repeat(32));
    hss.subscribers().put(hss.subscribers().byImpi(IMPI).orElseThrow().withCard(key));
    byte[] challenge = nonce(mar(IMPI, IMPU, "Digest-AKAv1-MD5")).getOctetString();
    byte[] rand = Arrays.copyOf(challenge, 16);
    byte[] autn = Arrays.copyOfRange(challenge, 16, 32);
    assertThat(Vector.verified(key.milenage(), rand, autn)).isPresent();
    byte[] auts = Vector.resynchronization(key.milenage(), rand, 4711);
    byte[] told = Arrays.copyOf(rand, 30);
    System.arraycopy(auts, 0, told, 16, 14);
    AvpSet item =
        item(
            ask(
                Cx.MAR,
                avps -> {
                  identities(avps, IMPI, IMPU);
                  Avps.add(avps, Cx.SIP_NUMBER_AUTH_ITEMS, Avps.VENDOR_3GPP, 1);
                  AvpSet asked = Avps.addGroup(avps, Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP);
                  add(asked, Cx.SIP_AUTHENTICATION_SCHEME, "Unknown");
                  Avps.add(asked, Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP, told);
                  add(avps, Cx.SERVER_NAME, SCSCF);
                }));
    byte[] fresh =
        Avps.find(item, Cx.SIP_AUTHENTICATE, Avps.VENDOR_3GPP).orElseThrow().getOctetString();
    byte[] freshRand = Arrays.copyOf(fresh, 16);
    assertThat(Vector.verified(key.milenage(), freshRand, Arrays.copyOfRange(fresh, 16, 32)))
        .contains(4712L);
    assertThat(
            Avps.find(item, Cx.SIP_AUTHORIZATION, Avps.VENDOR_3GPP).orElseThrow().getOctetString())
        .isEqualTo(key.milenage().response(freshRand));
  }

  @Test
  void aChangedServiceProfileIsPushedToTheServingCscf() throws Exception {
    questions.clear();
    Subscriber subscriber = hss.subscribers().byImpi(IMPI).orElseThrow();
    change(subscriber);
    assertThat(questions).as("nobody serves the subscriber").isEmpty();
    sar(IMPI, IMPU, REGISTRATION);
    change(subscriber.withCriteria(List.of(FilterCriterion.mirror("sip:changed.ims.test"))));
    AvpSet pushed = questions.remove();
    assertThat(Avps.text(pushed, Cx.USER_DATA, Avps.VENDOR_3GPP).orElseThrow())
        .contains("<ServerName>sip:changed.ims.test</ServerName>");
    assertThat(hss.servingCscf(new Impu(IMPU))).as("still registered").contains(SCSCF);
  }

  @Test
  void aCscfThatKnowsNoPushLosesTheRegistration() throws Exception {
    questions.clear();
    sar(IMPI, IMPU, REGISTRATION);
    takesPush = false;
    try {
      change(hss.subscribers().byImpi(IMPI).orElseThrow().withCriteria(List.of()));
    } finally {
      takesPush = true;
    }
    assertThat(questions).hasSize(2);
    questions.remove();
    assertThat(Avps.find(questions.remove(), Cx.DEREGISTRATION_REASON, Avps.VENDOR_3GPP))
        .isPresent();
    assertThat(hss.servingCscf(new Impu(IMPU))).isEmpty();
  }

  private static void change(Subscriber subscriber) throws Exception {
    assertThat(hss.change(subscriber).toCompletableFuture().get(20, TimeUnit.SECONDS))
        .isEqualTo(Result.SUCCESS);
  }

  @Test
  void unknownAndForeignIdentitiesAreRefused() throws Exception {
    assertThat(Result.of(uar("nobody@ims.test", IMPU, Optional.of(0)))).isEqualTo(Cx.USER_UNKNOWN);
    assertThat(Result.of(uar(IMPI, "sip:nobody@ims.test", Optional.of(0))))
        .isEqualTo(Cx.USER_UNKNOWN);
    assertThat(Result.of(uar(IMPI, "sip:+15550002@ims.test", Optional.of(0))))
        .isEqualTo(Cx.IDENTITIES_DONT_MATCH);
    assertThat(Result.of(lir("sip:nobody@ims.test"))).isEqualTo(Cx.USER_UNKNOWN);
  }

  @Test
  void aMissingAvpIsNamed() throws Exception {
    AvpSet answer = ask(Cx.LIR, avps -> {});
    assertThat(Result.of(answer)).isEqualTo(new Result(5005, false));
    AvpSet failed = Avps.group(answer, Avp.FAILED_AVP, Avps.BASE).orElseThrow();
    assertThat(Avps.find(failed, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP)).isPresent();
    AvpSet second = ask(Cx.SAR, avps -> add(avps, Cx.PUBLIC_IDENTITY, IMPU));
    AvpSet missing = Avps.group(second, Avp.FAILED_AVP, Avps.BASE).orElseThrow();
    assertThat(Avps.number(missing, Cx.SERVER_ASSIGNMENT_TYPE, Avps.VENDOR_3GPP)).hasValue(0);
  }

  @Test
  void anInvalidAvpIsReturned() throws Exception {
    AvpSet identity = ask(Cx.LIR, avps -> add(avps, Cx.PUBLIC_IDENTITY, "not an identity"));
    assertInvalid(identity, Cx.PUBLIC_IDENTITY, "not an identity".getBytes(StandardCharsets.UTF_8));
    AvpSet type = uar(IMPI, IMPU, Optional.of(3));
    assertInvalid(type, Cx.USER_AUTHORIZATION_TYPE, new byte[] {0, 0, 0, 3});
    AvpSet group =
        ask(
            Cx.MAR,
            avps -> {
              identities(avps, IMPI, IMPU);
              add(avps, Cx.SERVER_NAME, SCSCF);
              add(avps, Cx.SIP_AUTH_DATA_ITEM, "xyz");
            });
    assertInvalid(group, Cx.SIP_AUTH_DATA_ITEM, "xyz".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theOperatorEndsARegistration() throws Exception {
    sar(IMPI, IMPU, REGISTRATION);
    Result result =
        hss.deregister(new Impu(IMPU), "moved").toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(result).isEqualTo(Result.SUCCESS);
    assertThat(hss.servingCscf(new Impu(IMPU))).isEmpty();
    AvpSet asked = questions.remove();
    assertThat(Avps.text(asked, Cx.USER_NAME, Avps.BASE)).contains(IMPI);
    assertThat(asked.getAvps(Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP).size()).isEqualTo(2);
    assertThatThrownBy(() -> hss.deregister(new Impu(IMPU), "").toCompletableFuture().join())
        .hasMessageContaining("15550001@ims.test is not registered");
  }

  @Test
  void aCommandThatIsNotServedIsRefused() throws Exception {
    assertThat(Result.of(ask(Cx.RTR, avps -> {}))).isEqualTo(new Result(3001, false));
  }

  private static Answer asked(Request request) {
    questions.add(request.getAvps());
    Answer answer = request.createAnswer();
    boolean refused = request.getCommandCode() == Cx.PPR && !takesPush;
    Answers.complete(
        answer, "cscf.ims.test", "ims.test", refused ? new Result(5012, false) : Result.SUCCESS);
    return answer;
  }

  private static AvpSet uar(String impi, String impu, Optional<Integer> type) throws Exception {
    return ask(
        Cx.UAR,
        avps -> {
          identities(avps, impi, impu);
          add(avps, Cx.VISITED_NETWORK_IDENTIFIER, "visited.ims.test");
          type.ifPresent(
              t -> Avps.add(avps, Cx.USER_AUTHORIZATION_TYPE, Avps.VENDOR_3GPP, t.longValue()));
        });
  }

  private static AvpSet mar(String impi, String impu, String scheme) throws Exception {
    return ask(
        Cx.MAR,
        avps -> {
          identities(avps, impi, impu);
          Avps.add(avps, Cx.SIP_NUMBER_AUTH_ITEMS, Avps.VENDOR_3GPP, 1);
          AvpSet item = Avps.addGroup(avps, Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP);
          add(item, Cx.SIP_AUTHENTICATION_SCHEME, scheme);
          add(avps, Cx.SERVER_NAME, SCSCF);
        });
  }

  private static AvpSet sar(String impi, String impu, int type) throws Exception {
    return ask(
        Cx.SAR,
        avps -> {
          identities(avps, impi, impu);
          add(avps, Cx.SERVER_NAME, SCSCF);
          Avps.add(avps, Cx.SERVER_ASSIGNMENT_TYPE, Avps.VENDOR_3GPP, type);
          Avps.add(avps, Cx.USER_DATA_ALREADY_AVAILABLE, Avps.VENDOR_3GPP, 0);
        });
  }

  private static AvpSet lir(String impu) throws Exception {
    return ask(Cx.LIR, avps -> add(avps, Cx.PUBLIC_IDENTITY, impu));
  }

  private static AvpSet ask(int command, Consumer<AvpSet> fill) throws Exception {
    return cscf.ask(Cx.APPLICATION, command, fill);
  }

  private static void identities(AvpSet avps, String impi, String impu) {
    Avps.add(avps, Cx.USER_NAME, Avps.BASE, impi);
    add(avps, Cx.PUBLIC_IDENTITY, impu);
  }

  private static void add(AvpSet avps, int code, String value) {
    Avps.add(avps, code, Avps.VENDOR_3GPP, value);
  }

  private static AvpSet item(AvpSet answer) throws Exception {
    return Avps.group(answer, Cx.SIP_AUTH_DATA_ITEM, Avps.VENDOR_3GPP).orElseThrow();
  }

  private static Avp nonce(AvpSet answer) throws Exception {
    return Avps.find(item(answer), Cx.SIP_AUTHENTICATE, Avps.VENDOR_3GPP).orElseThrow();
  }

  private static void assertInvalid(AvpSet answer, int code, byte[] value) throws Exception {
    assertThat(Result.of(answer)).isEqualTo(new Result(5004, false));
    AvpSet failed = Avps.group(answer, Avp.FAILED_AVP, Avps.BASE).orElseThrow();
    assertThat(Avps.find(failed, code, Avps.VENDOR_3GPP).orElseThrow().getOctetString())
        .isEqualTo(value);
  }
}
