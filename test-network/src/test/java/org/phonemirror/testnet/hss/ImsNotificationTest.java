package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdiameter.api.Answer;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.sh.Sh;

/** Changes that the operator makes, told to an application server that watches them. */
class ImsNotificationTest {
  private static final String IMPI = "15550001@ims.test";
  private static final String IMPU = "sip:+15550001@ims.test";
  private static final String SCSCF = "sip:scscf.ims.test:6060";
  private static final String MIRROR = "sip:mirror.ims.test";
  private static final String OTHER = "sip:other.ims.test";
  private static final int REGISTRATION = 1;

  @TempDir Path directory;
  private final BlockingQueue<AvpSet> notifications = new LinkedBlockingQueue<>();
  private InetSocketAddress address;
  private TestHss hss;
  private DiameterClient server;
  private DiameterClient cscf;

  @BeforeEach
  void start() throws Exception {
    address = Loopback.freeForHss();
    hss = startHss();
    connect();
  }

  private TestHss startHss() throws Exception {
    return TestHss.start(
        HssConfig.of("hss.ims.test", "ims.test", address),
        directory.resolve("hss.json"),
        fresh ->
            fresh.subscribers().put(Subscriber.mirrored(IMPI, "secret1", new Impu(IMPU), MIRROR)));
  }

  private void connect() throws Exception {
    server =
        new DiameterClient(
            "as.ims.test",
            address,
            request -> {
              assertThat(request.getCommandCode()).isEqualTo(Sh.PNR);
              notifications.add(request.getAvps());
              return success(request, "as.ims.test");
            });
    cscf = new DiameterClient("scscf.ims.test", address, r -> success(r, "scscf.ims.test"));
  }

  private static Answer success(Request request, String host) {
    Answer answer = request.createAnswer();
    Answers.complete(answer, host, "ims.test", Result.SUCCESS);
    return answer;
  }

  @AfterEach
  void stop() {
    disconnect();
    if (hss != null) {
      hss.close();
    }
  }

  private void disconnect() {
    if (server != null) {
      server.close();
    }
    if (cscf != null) {
      cscf.close();
    }
  }

  @Test
  void changedCriteriaAreToldToWhoWatchesThoseOfTheirServer() throws Exception {
    assertThat(watch(Sh.INITIAL_FILTER_CRITERIA)).isEqualTo(Result.SUCCESS);
    change(List.of(FilterCriterion.mirror(MIRROR), FilterCriterion.mirror(OTHER)));
    assertThat(notifications).as("those of the other server alone have changed").isEmpty();
    change(List.of(FilterCriterion.mirror(OTHER)));
    String gone = notification();
    assertThat(gone).contains("<IFCs></IFCs>");
    assertThat(ImsData.parse(gone).criteria()).isEmpty();
    change(List.of(FilterCriterion.mirror(MIRROR), FilterCriterion.mirror(OTHER)));
    assertThat(ImsData.parse(notification()).criteria())
        .extracting(org.phonemirror.hss.criteria.FilterCriterion::serverName)
        .containsExactly(MIRROR);
    assertThat(notifications).isEmpty();
  }

  @Test
  void theEndOfARegistrationIsToldAlsoAfterARestartOfTheHss() throws Exception {
    assertThat(watch(Sh.IMS_USER_STATE)).isEqualTo(Result.SUCCESS);
    register();
    assertThat(ImsData.parse(notification()).userState()).contains(ImsData.UserState.REGISTERED);
    disconnect();
    hss.close();
    hss = startHss();
    connect();

    Result result =
        hss.deregister(new Impu(IMPU), "moved").toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(result).isEqualTo(Result.SUCCESS);
    assertThat(ImsData.parse(notification()).userState())
        .contains(ImsData.UserState.NOT_REGISTERED);
  }

  @Test
  void moreSubscriptionsThanAServerCanMeanAreRefused() throws Exception {
    Result last = Result.SUCCESS;
    int accepted = 0;
    while (last.equals(Result.SUCCESS) && accepted < 1_000) {
      last = watch(Sh.INITIAL_FILTER_CRITERIA, "sip:as" + accepted++ + ".ims.test");
    }
    assertThat(last).isEqualTo(new Result(5012, false));
    assertThat(watch(Sh.INITIAL_FILTER_CRITERIA, "sip:as0.ims.test"))
        .as("it is there already")
        .isEqualTo(Result.SUCCESS);
  }

  private void change(List<FilterCriterion> criteria) throws Exception {
    Subscriber subscriber = hss.subscribers().byImpi(IMPI).orElseThrow();
    assertThat(
            hss.change(subscriber.withCriteria(criteria))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS))
        .isEqualTo(Result.SUCCESS);
  }

  private String notification() throws Exception {
    AvpSet told = notifications.poll(20, TimeUnit.SECONDS);
    assertThat(told).as("a notification comes").isNotNull();
    AvpSet user = Avps.group(told, Sh.USER_IDENTITY, Avps.VENDOR_3GPP).orElseThrow();
    assertThat(Avps.text(user, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP)).contains(IMPU);
    return Avps.text(told, Sh.USER_DATA, Avps.VENDOR_3GPP).orElseThrow();
  }

  private Result watch(long reference) throws Exception {
    return watch(reference, MIRROR);
  }

  private Result watch(long reference, String serverName) throws Exception {
    return Result.of(
        server.ask(
            Sh.APPLICATION,
            Sh.SNR,
            avps -> {
              AvpSet identity = Avps.addGroup(avps, Sh.USER_IDENTITY, Avps.VENDOR_3GPP);
              Avps.add(identity, Sh.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, IMPU);
              Avps.add(avps, Sh.SUBS_REQ_TYPE, Avps.VENDOR_3GPP, Sh.SUBSCRIBE);
              Avps.add(avps, Sh.DATA_REFERENCE, Avps.VENDOR_3GPP, reference);
              Avps.add(avps, Sh.SERVER_NAME, Avps.VENDOR_3GPP, serverName);
            }));
  }

  private void register() throws Exception {
    AvpSet answer =
        cscf.ask(
            Cx.APPLICATION,
            Cx.SAR,
            avps -> {
              Avps.add(avps, Cx.USER_NAME, Avps.BASE, IMPI);
              Avps.add(avps, Cx.PUBLIC_IDENTITY, Avps.VENDOR_3GPP, IMPU);
              Avps.add(avps, Cx.SERVER_NAME, Avps.VENDOR_3GPP, SCSCF);
              Avps.add(avps, Cx.SERVER_ASSIGNMENT_TYPE, Avps.VENDOR_3GPP, REGISTRATION);
              Avps.add(avps, Cx.USER_DATA_ALREADY_AVAILABLE, Avps.VENDOR_3GPP, 0);
            });
    assertThat(Result.of(answer)).isEqualTo(Result.SUCCESS);
  }
}
