package org.phonemirror.core.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
  /** What Java's own client says. */
  private static byte[] hello(Optional<String> server) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    server.ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(32 * 1024);
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  @Test
  void theServersNameIsReadHoweverItIsCut() throws Exception {
    byte[] hello = hello(Optional.of("WWW.Ads.example"));
    assertThat(ClientHello.mayBegin(hello)).isTrue();
    for (int size : new int[] {1, 3, 100, hello.length}) {
      ClientHello reader = new ClientHello();
      Optional<String> name = Optional.empty();
      for (int at = 0; at < hello.length; at += size) {
        assertThat(name).isEmpty();
        name = reader.bytes(Arrays.copyOfRange(hello, at, Math.min(hello.length, at + size)));
      }
      assertThat(name).contains("www.ads.example");
      assertThat(reader.hasEnded()).isTrue();
    }
  }

  @Test
  void itMayComeInSeveralRecords() throws Exception {
    byte[] hello = hello(Optional.of("ads.example"));
    ClientHello reader = new ClientHello();
    byte[] first = Arrays.copyOf(hello, 5 + 20);
    first[3] = 0;
    first[4] = 20;
    assertThat(reader.bytes(first)).isEmpty();
    int rest = hello.length - 25;
    byte[] second = new byte[5 + rest];
    System.arraycopy(hello, 0, second, 0, 3);
    second[3] = (byte) (rest >> 8);
    second[4] = (byte) rest;
    System.arraycopy(hello, 25, second, 5, rest);
    assertThat(reader.bytes(second)).contains("ads.example");
  }

  @Test
  void whatHasNoNameOrNoEndIsLetGo() throws Exception {
    ClientHello nameless = new ClientHello();
    assertThat(nameless.bytes(hello(Optional.empty()))).isEmpty();
    assertThat(nameless.hasEnded()).isTrue();
    byte[] endless = new byte[20_000];
    endless[0] = 22;
    endless[3] = 127;
    endless[5] = 1;
    ClientHello reader = new ClientHello();
    assertThat(reader.bytes(endless)).isEmpty();
    assertThat(reader.hasEnded()).isTrue();
  }

  @Test
  void noiseIsNoName() throws Exception {
    byte[] hello = hello(Optional.of("ads.example"));
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = hello.clone();
      for (int n = 0; n < 3; n++) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      }
      new ClientHello().bytes(noise).ifPresent(name -> assertThat(name).isPrintable());
    }
  }
}
