package org.phonemirror.testnet.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Plays a scenario file against an application server, in the place of an S-CSCF. A file has blocks
 * of lines with the same mark, between empty lines; # starts a comment.
 *
 * <pre>
 * C: a request that the S-CSCF sends (Via and Content-Length are added; text after an empty C: is the body)
 * S: lines that its answer must have, the status line first
 * F: lines that a request coming back to the S-CSCF must have, the request line first
 * F! names of headers that it must not have
 * A: status line and headers of the answer to that request
 * P: what the mirrors hear: "on IMPU", "off IMPU", or "IMPU DIRECTION METHOD PEER TYPE BODY" of recorded content
 * </pre>
 */
final class SipScenario implements AutoCloseable {
  private static final long SECONDS = 10;

  private record Came(SipMessage request, InetSocketAddress from) {}

  private final InetSocketAddress server;
  private final SipEndpoint scscf;
  private final BlockingQueue<Came> came = new LinkedBlockingQueue<>();
  private CompletableFuture<SipMessage> answer = new CompletableFuture<>();
  private Came last;

  SipScenario(InetSocketAddress scscf, InetSocketAddress server) throws Exception {
    this(new UdpTransport(scscf), server);
  }

  SipScenario(SipTransport transport, InetSocketAddress server) {
    this.server = server;
    this.scscf =
        new SipEndpoint(
            transport,
            java.time.Duration.ofSeconds(SECONDS),
            (request, from) -> {
              if (!request.method().equals("ACK")) { // belongs to an INVITE that was answered here
                came.add(new Came(request, from));
              }
            });
  }

  /** Plays a file whose variables have been filled in. */
  void play(String text, BlockingQueue<String> presence) throws Exception {
    for (String block : text.replaceAll("(?m)^#.*\n", "").strip().split("\n\\s*\n", -1)) {
      List<String> lines = new ArrayList<>();
      String mark = block.strip().substring(0, 2);
      for (String line : block.strip().split("\n", -1)) {
        assertThat(line).startsWith(mark);
        lines.add(line.substring(2).strip());
      }
      play(mark, lines, presence);
    }
  }

  private void play(String mark, List<String> lines, BlockingQueue<String> presence)
      throws Exception {
    switch (mark) {
      case "C:" -> answer = scscf.request(message(lines), server);
      case "S:" -> assertHas(answer.get(SECONDS, TimeUnit.SECONDS), lines);
      case "F:" -> {
        last = came.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(last).as("request back at the S-CSCF").isNotNull();
        assertHas(last.request(), lines);
      }
      case "F!" -> lines.forEach(name -> assertThat(last.request().values(name)).isEmpty());
      case "A:" -> respond(lines);
      case "P:" -> assertThat(presence.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo(lines.get(0));
      default -> throw new IllegalArgumentException("unknown mark " + mark);
    }
  }

  /** Takes the next request to the S-CSCF, without answering it. */
  SipMessage next() throws InterruptedException {
    last = came.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(last).as("request at the S-CSCF").isNotNull();
    return last.request();
  }

  /** Answers the request that came last. */
  void respond(String statusLine) {
    respond(List.of(statusLine));
  }

  /**
   * Answers the request that came last: status line and headers, which take the place of its own,
   * and a body after an empty line.
   */
  void respond(List<String> lines) {
    String[] words = lines.get(0).split(" ", 3);
    SipMessage response = last.request().response(Integer.parseInt(words[1]), words[2]);
    SipMessage given = message(lines);
    for (SipMessage.Header header : given.headers()) {
      response = response.without(header.name()).with(header.name(), header.value());
    }
    response = new SipMessage(response.startLine(), response.headers(), given.body());
    scscf.respond(last.request(), response, last.from());
  }

  private static SipMessage message(List<String> lines) {
    int end = lines.contains("") ? lines.indexOf("") : lines.size();
    SipMessage message = new SipMessage(lines.get(0), List.of(), "");
    for (String line : lines.subList(1, end)) {
      int colon = line.indexOf(':');
      message = message.with(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return new SipMessage(
        message.startLine(),
        message.headers(),
        String.join("\r\n", lines.subList(Math.min(end + 1, lines.size()), lines.size())));
  }

  private static void assertHas(SipMessage message, List<String> lines) {
    assertThat(message.startLine()).isEqualTo(lines.get(0));
    List<String> headers = new ArrayList<>();
    message.headers().forEach(header -> headers.add(header.name() + ": " + header.value()));
    message.body().lines().forEach(headers::add);
    assertThat(headers)
        .usingElementComparator((a, b) -> inOrder(a).compareTo(inOrder(b)))
        .containsAll(lines.subList(1, lines.size()));
  }

  /** The order of parameters has no meaning, and the container does not keep it. */
  private static String inOrder(String header) {
    List<String> parameters = new ArrayList<>(List.of(header.split(";", -1)));
    parameters.subList(1, parameters.size()).sort(null);
    return String.join(";", parameters);
  }

  @Override
  public void close() {
    scscf.close();
  }
}
