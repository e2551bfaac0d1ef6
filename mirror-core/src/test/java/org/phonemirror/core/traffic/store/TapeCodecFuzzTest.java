package org.phonemirror.core.traffic.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Tape;

/**
 * A file is a tape or is refused; the checksum is made to fit, so that it does not hide the rest.
 */
class TapeCodecFuzzTest {
  private static final Impu SUBSCRIBER = new Impu("sip:+15550001@ims.test");

  @FuzzTest(maxDuration = "60s")
  void tapeIsReadOrRefused(byte[] input) throws IOException {
    byte[] file = input.clone();
    if (file.length > Integer.BYTES) {
      CRC32C checksum = new CRC32C();
      checksum.update(file, 0, file.length - Integer.BYTES);
      ByteBuffer.wrap(file).putInt(file.length - Integer.BYTES, (int) checksum.getValue());
    }
    Tape tape;
    try {
      tape = TapeCodec.read(new ByteArrayInputStream(file), SUBSCRIBER, 7);
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    TapeCodec.write(again, SUBSCRIBER, 7, tape);
    assertThat(TapeCodec.read(new ByteArrayInputStream(again.toByteArray()), SUBSCRIBER, 7))
        .isEqualTo(tape);
  }
}
