package org.phonemirror.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.servlet.ServletException;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipApplicationSessionEvent;
import javax.servlet.sip.SipApplicationSessionListener;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the container keeps of a request that has been answered. */
class SessionReleaseTest {
  private static final String HOST = "127.17.0.22";
  private static final InetSocketAddress SERVER = new InetSocketAddress(HOST, 5080);
  private static final BlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

  /** Timer J is 64 times as long: longer than the test has patience. */
  private static final Duration T1 = Duration.ofSeconds(2);

  @TempDir Path directory;

  /** Answers what has no Route left, and sends back the rest. */
  public static final class Application extends SipServlet
      implements SipApplicationSessionListener {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doRequest(SipServletRequest request) throws ServletException, IOException {
      if (request.getMethod().equals("ACK")) {
        return;
      }
      if (request.getHeader("Route") == null) {
        request.createResponse(200).send();
        return;
      }
      Proxy proxy = request.getProxy();
      proxy.setRecordRoute(false);
      proxy.proxyTo(request.getRequestURI());
    }

    @Override
    public void sessionCreated(SipApplicationSessionEvent event) {
      EVENTS.add("created");
    }

    @Override
    public void sessionDestroyed(SipApplicationSessionEvent event) {
      EVENTS.add("destroyed");
    }

    @Override
    public void sessionExpired(SipApplicationSessionEvent event) {
      EVENTS.add("expired");
    }

    @Override
    public void sessionReadyToInvalidate(SipApplicationSessionEvent event) {
      EVENTS.add("ready");
    }
  }

  @Test
  void aRequestOutsideDialogsEndsWithItsAnswer() throws Exception {
    Path application = application();
    Path work = Files.createDirectory(directory.resolve("work"));
    EVENTS.clear();
    try (EmbeddedContainer container =
            EmbeddedContainer.start(
                new ContainerSettings(HOST, 5080, 8080, work, application, T1, Map.of()));
        DatagramSocket scscf = new DatagramSocket(0, InetAddress.getByName(HOST))) {
      assertThat(container).isNotNull();
      scscf.setSoTimeout(10_000);

      send(scscf, "answered", "");
      String answer = receive(scscf);
      assertThat(answer).startsWith("SIP/2.0 200");
      awaitEnd();
      send(scscf, "answered", "");
      assertThat(receive(scscf)).as("to the request sent again").isEqualTo(answer);

      String route = "Route: <sip:" + HOST + ":" + scscf.getLocalPort() + ";lr>\r\n";
      send(scscf, "returned", route);
      String returned = receive(scscf);
      assertThat(returned).startsWith("MESSAGE");
      answer(scscf, returned);
      answer = receive(scscf);
      assertThat(answer).startsWith("SIP/2.0 200");
      awaitEnd();
      send(scscf, "returned", route);
      assertThat(receive(scscf)).as("to the request sent again").isEqualTo(answer);
      assertThat(EVENTS).as("what the application was told more").isEmpty();
    }
  }

  /** Three minutes, if nothing ends it before. */
  private static void awaitEnd() throws InterruptedException {
    assertThat(EVENTS.poll(30, TimeUnit.SECONDS)).isEqualTo("created");
    assertThat(EVENTS.poll(30, TimeUnit.SECONDS)).isEqualTo("ready");
    assertThat(EVENTS.poll(30, TimeUnit.SECONDS)).isEqualTo("destroyed");
  }

  private Path application() throws IOException {
    Path application = directory.resolve("application");
    Files.createDirectories(application.resolve("WEB-INF"));
    Files.writeString(
        application.resolve("WEB-INF/sip.xml"),
        """
        <sip-app xmlns="http://www.jcp.org/xml/ns/sipservlet">
          <app-name>org.phonemirror</app-name>
          <servlet-selection><main-servlet>test</main-servlet></servlet-selection>
          <servlet>
            <servlet-name>test</servlet-name>
            <servlet-class>%1$s</servlet-class>
            <load-on-startup>1</load-on-startup>
          </servlet>
          <listener><listener-class>%1$s</listener-class></listener>
        </sip-app>
        """
            .formatted(Application.class.getName()));
    return application;
  }

  private static void send(DatagramSocket from, String who, String route) throws IOException {
    String text =
        """
        MESSAGE sip:b@h SIP/2.0
        Via: SIP/2.0/UDP %1$s:%2$d;branch=z9hG4bK%3$s
        Max-Forwards: 70
        From: <sip:a@h>;tag=1
        To: <sip:b@h>
        Call-ID: %3$s
        CSeq: 1 MESSAGE
        Route: <sip:%1$s:5080;lr>
        """
            .formatted(HOST, from.getLocalPort(), who)
            .replace("\n", "\r\n");
    byte[] bytes = (text + route + "Content-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    from.send(new DatagramPacket(bytes, bytes.length, SERVER));
  }

  private static void answer(DatagramSocket from, String request) throws IOException {
    StringBuilder answer = new StringBuilder("SIP/2.0 200 OK\r\n");
    for (String line : request.split("\r\n", -1)) {
      if (line.matches("(Via|From|Call-ID|CSeq):.*")) {
        answer.append(line).append("\r\n");
      } else if (line.startsWith("To:")) {
        answer.append(line).append(";tag=2\r\n");
      }
    }
    answer.append("Content-Length: 0\r\n\r\n");
    byte[] bytes = answer.toString().getBytes(StandardCharsets.US_ASCII);
    from.send(new DatagramPacket(bytes, bytes.length, SERVER));
  }

  /** Its next message but provisional responses and what is sent again. */
  private static String receive(DatagramSocket socket) throws IOException {
    while (true) {
      DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
      socket.receive(packet);
      String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
      if (!text.startsWith("SIP/2.0 1")) {
        return text;
      }
    }
  }
}
