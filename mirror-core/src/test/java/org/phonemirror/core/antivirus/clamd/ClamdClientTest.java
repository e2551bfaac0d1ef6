package org.phonemirror.core.antivirus.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.antivirus.clamd.ScanReply.Clean;
import org.phonemirror.core.antivirus.clamd.ScanReply.Found;
import org.phonemirror.core.antivirus.clamd.ScanReply.LimitExceeded;
import org.phonemirror.core.antivirus.clamd.ScanReply.Refused;
import org.phonemirror.core.antivirus.clamd.ScanReply.Unavailable;

class ClamdClientTest {
  private static final String HOST = "127.62.1.1";
  private static final ClamdLimits SHORT = limits(Duration.ofMillis(300));
  private static final ClamdLimits PATIENT = limits(Duration.ofSeconds(60));

  private static ClamdLimits limits(Duration scan) {
    return new ClamdLimits(Duration.ofSeconds(60), Duration.ofSeconds(60), scan, 10_000_000);
  }

  /** Against the real one. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class Real {
    private TestClamd clamd;
    private ClamdClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
      TestClamd.assumeInstalled();
      clamd =
          TestClamd.start(directory, "AlertExceedsMax yes", "StreamMaxLength 3M", "MaxFileSize 2M");
      client = new ClamdClient(clamd.address(), ClamdLimits.DEFAULT);
    }

    @AfterAll
    void stop() throws Exception {
      if (clamd != null) {
        clamd.close();
      }
    }

    @Test
    void saysWhatItIs() throws Exception {
      client.ping();
      assertThat(client.version()).matches("ClamAV [\\d.]+/1/.*2026");
    }

    @Test
    void saysWhatIsInAContent() throws Exception {
      assertThat(scan(client, TestClamd.EICAR)).isEqualTo(new Found(TestClamd.EICAR_SIGNATURE));
      assertThat(scan(client, zip(TestClamd.EICAR))).isInstanceOf(Found.class);
      assertThat(scan(client, new byte[300_000])).isEqualTo(new Clean());
      assertThat(scan(client, new byte[0])).isEqualTo(new Clean());
    }

    @Test
    void whatIsBeyondALimitIsNeverClean() throws Exception {
      assertThat(scan(client, new byte[2_500_000])).isInstanceOf(LimitExceeded.class);
      assertThat(scan(client, new byte[9_000_000])).isInstanceOf(LimitExceeded.class);
      byte[] deep = {1, 2, 3};
      for (int level = 0; level < 60; level++) {
        deep = zip(deep);
      }
      assertThat(scan(client, deep)).isInstanceOf(LimitExceeded.class);
      LimitsProbe.run(client);
    }

    @Test
    void aContentThatCannotBeReadIsItsReadersTrouble() throws Exception {
      InputStream closed = InputStream.nullInputStream();
      closed.close();
      assertThatThrownBy(() -> client.scan(closed)).hasMessage("Stream closed");
    }
  }

  @Test
  void aClamdThatHidesItsLimitsIsNotTrusted(@TempDir Path directory) throws Exception {
    TestClamd.assumeInstalled();
    try (TestClamd clamd = TestClamd.start(directory)) {
      ClamdClient client = new ClamdClient(clamd.address(), ClamdLimits.DEFAULT);
      assertThatThrownBy(() -> LimitsProbe.run(client)).hasMessageContaining("AlertExceedsMax");
    }
  }

  @Test
  void whoDoesNotAnswerIsUnavailable(@TempDir Path directory) throws Exception {
    ClamdClient nobody =
        new ClamdClient(UnixDomainSocketAddress.of(directory.resolve("none")), SHORT);
    assertThat(scan(nobody, new byte[10])).isInstanceOf(Unavailable.class);
    assertThatThrownBy(nobody::version).isInstanceOf(IOException.class);
    try (FakeClamd clamd = FakeClamd.start(HOST, FakeClamd.SILENCE)) {
      assertThat(scan(new ClamdClient(clamd.address(), SHORT), new byte[10]))
          .isInstanceOfSatisfying(
              Unavailable.class, u -> assertThat(u.reason()).contains("no answer within 300 ms"));
    }
  }

  @Test
  void onlyItsPlainOkIsClean() throws Exception {
    try (FakeClamd clamd = FakeClamd.start(HOST, "stream: OK")) {
      ClamdClient client = new ClamdClient(clamd.address(), PATIENT);
      assertThat(scan(client, new byte[10])).isEqualTo(new Clean());
      for (String answer : new String[] {"OK", "stream: OK ", "file: OK", "FOUND", "stream:"}) {
        clamd.setAnswer(answer);
        assertThat(scan(client, new byte[10])).as(answer).isInstanceOf(Refused.class);
      }
      clamd.setAnswer("INSTREAM: Can't write to temporary file. ERROR");
      assertThat(scan(client, new byte[10])).isInstanceOf(Refused.class);
      clamd.setAnswer("x".repeat(10_000));
      assertThat(scan(client, new byte[10])).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void addresses() {
    assertThat(ClamdAddress.parse("unix:/run/clamav/clamd.ctl"))
        .isEqualTo(UnixDomainSocketAddress.of("/run/clamav/clamd.ctl"));
    assertThat(ClamdAddress.parse("tcp:127.62.1.1:3310")).hasToString("/127.62.1.1:3310");
    for (String text : new String[] {"", "unix:", "127.0.0.1:3310", "tcp:a:99999", "tcp:a"}) {
      assertThatThrownBy(() -> ClamdAddress.parse(text)).hasMessageContaining("tcp:HOST:PORT");
    }
  }

  private static ScanReply scan(ClamdClient client, byte[] content) throws IOException {
    return client.scan(new ByteArrayInputStream(content));
  }

  private static byte[] zip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a.zip"));
      zip.write(content);
    }
    return out.toByteArray();
  }
}
