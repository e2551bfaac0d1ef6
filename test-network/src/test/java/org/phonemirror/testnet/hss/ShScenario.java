package org.phonemirror.testnet.hss;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdiameter.api.Answer;
import org.jdiameter.api.ApplicationId;
import org.jdiameter.api.Avp;
import org.jdiameter.api.AvpDataException;
import org.jdiameter.api.AvpSet;
import org.jdiameter.api.Request;
import org.phonemirror.hss.diameter.Answers;
import org.phonemirror.hss.diameter.Avps;
import org.phonemirror.hss.diameter.Result;
import org.phonemirror.hss.diameter.Tbcd;
import org.phonemirror.hss.sh.Sh;

/**
 * Plays a scenario file against an HSS, in the place of two application servers and an S-CSCF. A
 * file has blocks of lines with the same mark, between empty lines; # starts a comment.
 *
 * <pre>
 * A: a command of the first server, then its AVPs: "Name: value", in groups "Group/Name: value"
 * B: the same of the second server
 * C: the same of the S-CSCF
 * S: AVPs that the answer must have, or "Name ~ text" for a part of one, or "Name" for any value
 * S! names of AVPs that it must not have
 * P: a notification that must come to the first server, as S:
 * P! nothing: no notification may have come
 * </pre>
 */
final class ShScenario implements AutoCloseable {
  private static final long SECONDS = 10;
  private static final Map<String, Integer> COMMANDS =
      Map.of("UDR", Sh.UDR, "PUR", Sh.PUR, "SNR", Sh.SNR, "MAR", Cx.MAR, "SAR", Cx.SAR);

  private enum Type {
    TEXT,
    NUMBER,
    DIGITS,
    GROUP
  }

  private record Known(int code, long vendor, Type type) {}

  private static final Map<String, Known> DICTIONARY =
      Map.ofEntries(
          Map.entry("User-Identity", sh(Sh.USER_IDENTITY, Type.GROUP)),
          Map.entry("Public-Identity", sh(Sh.PUBLIC_IDENTITY, Type.TEXT)),
          Map.entry("Server-Name", sh(Sh.SERVER_NAME, Type.TEXT)),
          Map.entry("MSISDN", sh(Sh.MSISDN, Type.DIGITS)),
          Map.entry("User-Data", sh(Sh.USER_DATA, Type.TEXT)),
          Map.entry("Data-Reference", sh(Sh.DATA_REFERENCE, Type.NUMBER)),
          Map.entry("Service-Indication", sh(Sh.SERVICE_INDICATION, Type.TEXT)),
          Map.entry("Subs-Req-Type", sh(Sh.SUBS_REQ_TYPE, Type.NUMBER)),
          Map.entry("Identity-Set", sh(Sh.IDENTITY_SET, Type.NUMBER)),
          Map.entry("User-Name", base(Cx.USER_NAME, Type.TEXT)),
          Map.entry("Server-Assignment-Type", sh(Cx.SERVER_ASSIGNMENT_TYPE, Type.NUMBER)),
          Map.entry("User-Data-Already-Available", sh(Cx.USER_DATA_ALREADY_AVAILABLE, Type.NUMBER)),
          Map.entry("SIP-Number-Auth-Items", sh(Cx.SIP_NUMBER_AUTH_ITEMS, Type.NUMBER)),
          Map.entry("SIP-Auth-Data-Item", sh(Cx.SIP_AUTH_DATA_ITEM, Type.GROUP)),
          Map.entry("SIP-Authentication-Scheme", sh(Cx.SIP_AUTHENTICATION_SCHEME, Type.TEXT)),
          Map.entry("Result-Code", base(Avp.RESULT_CODE, Type.NUMBER)),
          Map.entry("Experimental-Result", base(Avp.EXPERIMENTAL_RESULT, Type.GROUP)),
          Map.entry("Experimental-Result-Code", base(Avp.EXPERIMENTAL_RESULT_CODE, Type.NUMBER)),
          Map.entry("Failed-AVP", base(Avp.FAILED_AVP, Type.GROUP)),
          Map.entry("Error-Message", base(Avp.ERROR_MESSAGE, Type.TEXT)));

  private final DiameterClient first;
  private final DiameterClient second;
  private final DiameterClient cscf;
  private final BlockingQueue<AvpSet> notifications = new LinkedBlockingQueue<>();
  private AvpSet last;

  ShScenario(InetSocketAddress hss) throws Exception {
    this.first = new DiameterClient("as1.ims.test", hss, this::notified);
    this.second = new DiameterClient("as2.ims.test", hss);
    this.cscf = new DiameterClient("scscf.ims.test", hss);
  }

  private Answer notified(Request request) {
    assertThat(request.getCommandCode()).isEqualTo(Sh.PNR);
    notifications.add(request.getAvps());
    Answer answer = request.createAnswer();
    Answers.complete(answer, "as1.ims.test", "ims.test", Result.SUCCESS);
    return answer;
  }

  /** Plays a file. */
  void play(String text) throws Exception {
    for (String block : text.replaceAll("(?m)^#.*\n", "").strip().split("\n\\s*\n", -1)) {
      String mark = block.strip().substring(0, 2);
      List<String> lines = new ArrayList<>();
      for (String line : block.strip().split("\n", -1)) {
        assertThat(line).startsWith(mark);
        lines.add(line.substring(2).strip());
      }
      switch (mark) {
        case "A:" -> last = ask(first, Sh.APPLICATION, lines);
        case "B:" -> last = ask(second, Sh.APPLICATION, lines);
        case "C:" -> last = ask(cscf, Cx.APPLICATION, lines);
        case "P:" -> {
          last = notifications.poll(SECONDS, TimeUnit.SECONDS);
          assertThat(last).as("a notification comes").isNotNull();
          assertHas(lines);
        }
        case "P!" -> assertThat(notifications).isEmpty();
        case "S:" -> assertHas(lines);
        case "S!" -> {
          for (String name : lines) {
            assertThat(find(last, name)).as(name).isEmpty();
          }
        }
        default -> throw new IllegalArgumentException("unknown mark " + mark);
      }
    }
  }

  private static AvpSet ask(DiameterClient client, ApplicationId application, List<String> lines)
      throws Exception {
    return client.ask(
        application,
        COMMANDS.get(lines.get(0)),
        avps -> lines.subList(1, lines.size()).forEach(line -> add(avps, line)));
  }

  private static void add(AvpSet avps, String line) {
    int colon = line.indexOf(": ");
    int slash = line.substring(0, colon).indexOf('/');
    if (slash > 0) {
      Known group = known(line.substring(0, slash));
      AvpSet inner =
          Avps.find(avps, group.code(), group.vendor())
              .map(ShScenario::grouped)
              .orElseGet(() -> Avps.addGroup(avps, group.code(), group.vendor()));
      add(inner, line.substring(slash + 1));
      return;
    }
    Known avp = known(line.substring(0, colon));
    String value = line.substring(colon + 2);
    switch (avp.type()) {
      case NUMBER -> Avps.add(avps, avp.code(), avp.vendor(), Long.parseLong(value));
      case DIGITS -> Avps.add(avps, avp.code(), avp.vendor(), Tbcd.encode(value));
      default -> Avps.add(avps, avp.code(), avp.vendor(), value);
    }
  }

  private void assertHas(List<String> lines) throws AvpDataException {
    for (String line : lines) {
      String name = line.split("(: | ~ )", 2)[0];
      Optional<Avp> found = find(last, name);
      assertThat(found).as("%s in the message", name).isPresent();
      if (line.length() > name.length()) {
        String value =
            line.substring(name.length() + (line.startsWith(": ", name.length()) ? 2 : 3));
        if (line.startsWith(" ~ ", name.length())) {
          assertThat(value(name, found.get())).as(name).contains(value);
        } else {
          assertThat(value(name, found.get())).as(name).isEqualTo(value);
        }
      }
    }
  }

  private static Optional<Avp> find(AvpSet avps, String path) {
    int slash = path.indexOf('/');
    Known avp = known(slash < 0 ? path : path.substring(0, slash));
    Optional<Avp> found = Avps.find(avps, avp.code(), avp.vendor());
    return slash < 0
        ? found
        : found.flatMap(group -> find(grouped(group), path.substring(slash + 1)));
  }

  private static String value(String path, Avp avp) throws AvpDataException {
    return switch (known(path.substring(path.lastIndexOf('/') + 1)).type()) {
      case NUMBER -> Long.toString(avp.getUnsigned32());
      case DIGITS -> Tbcd.decode(avp.getOctetString());
      default -> Avps.text(avp);
    };
  }

  private static AvpSet grouped(Avp group) {
    try {
      return group.getGrouped();
    } catch (AvpDataException e) {
      throw new AssertionError(e);
    }
  }

  private static Known known(String name) {
    return Optional.ofNullable(DICTIONARY.get(name))
        .orElseThrow(() -> new IllegalArgumentException("unknown AVP " + name));
  }

  private static Known sh(int code, Type type) {
    return new Known(code, Avps.VENDOR_3GPP, type);
  }

  private static Known base(int code, Type type) {
    return new Known(code, Avps.BASE, type);
  }

  @Override
  public void close() {
    first.close();
    second.close();
    cscf.close();
  }
}
