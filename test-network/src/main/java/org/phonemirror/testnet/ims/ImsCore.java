package org.phonemirror.testnet.ims;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.testnet.sip.SipEndpoint;
import org.phonemirror.testnet.sip.SipMessage;

/** An IMS core: P-CSCF, I-CSCF and S-CSCF, each a Kamailio. */
public final class ImsCore implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(250);

  private final ImsPlan plan;
  private final List<Kamailio> servers = new ArrayList<>();
  private final List<InetSocketAddress> addresses;

  private ImsCore(ImsPlan plan) {
    this.plan = plan;
    this.addresses = List.of(plan.pcscf(), plan.icscf(), plan.scscf());
  }

  /**
   * Starts the servers and waits until each answers and is connected to the HSS, which must run
   * already.
   *
   * @throws IOException if Kamailio is not installed, or a server does not get ready; with the end
   *     of its log
   */
  public static ImsCore start(ImsPlan plan) throws IOException, InterruptedException {
    ImsCore core = new ImsCore(plan);
    try {
      core.run();
      return core;
    } catch (IOException | InterruptedException | RuntimeException e) {
      core.close();
      throw e;
    }
  }

  private void run() throws IOException, InterruptedException {
    server("pcscf", List.of("kamailio.cfg"));
    server(
        "icscf",
        List.of(
            "kamailio.cfg",
            "diameter.xml",
            "dbtext/s_cscf",
            "dbtext/s_cscf_capabilities",
            "dbtext/nds_trusted_domains"));
    server("scscf", List.of("kamailio.cfg", "diameter.xml"));
    awaitReady();
  }

  /**
   * Waits until each server answers and is connected to the HSS.
   *
   * @throws IOException if one does not get ready; with the end of its log
   */
  public void awaitReady() throws IOException, InterruptedException {
    try (SipEndpoint probe =
        new SipEndpoint(
            new InetSocketAddress(plan.pcscfHost(), 0), PROBE_TIMEOUT, (request, from) -> {})) {
      long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
      for (int i = 0; i < servers.size(); i++) {
        awaitReady(servers.get(i), addresses.get(i), probe, deadline);
      }
    }
  }

  private void server(String name, List<String> files) throws IOException {
    Path directory = plan.directory().toAbsolutePath().resolve(name);
    servers.add(Kamailio.start(name, files, directory, plan.values(directory)));
  }

  private static void awaitReady(
      Kamailio server, InetSocketAddress address, SipEndpoint probe, long deadline)
      throws IOException, InterruptedException {
    String last = "no answer";
    while (System.nanoTime() < deadline) {
      server.checkAlive();
      Future<SipMessage> answer = probe.request(ready(address, probe), address);
      try {
        SipMessage response = answer.get(2 * PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (response.status() == 200) {
          return;
        }
        last = response.startLine();
        TimeUnit.MILLISECONDS.sleep(PROBE_TIMEOUT.toMillis());
      } catch (ExecutionException | TimeoutException e) {
        last = "no answer";
      }
    }
    throw new IOException(
        server.name()
            + " is not ready after "
            + START_TIMEOUT
            + ": "
            + last
            + "\n"
            + server.logTail());
  }

  /** The CSCFs answer this with 200 once they are connected to the HSS. */
  private static SipMessage ready(InetSocketAddress address, SipEndpoint probe) {
    String uri = "sip:ready@" + address.getAddress().getHostAddress() + ":" + address.getPort();
    return SipMessage.request("OPTIONS", uri)
        .with("Max-Forwards", "1")
        .with("From", "<sip:probe@" + probe.hostPort() + ">;tag=" + SipEndpoint.token())
        .with("To", "<" + uri + ">")
        .with("Call-ID", SipEndpoint.token())
        .with("CSeq", "1 OPTIONS");
  }

  /** Whether Kamailio is there, without which {@link #start} fails. */
  public static boolean isInstalled() {
    return Kamailio.binary().isPresent();
  }

  public ImsPlan plan() {
    return plan;
  }

  /** Stops all servers. */
  @Override
  public void close() {
    servers.forEach(Kamailio::close);
    servers.clear();
  }
}
