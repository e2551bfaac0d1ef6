package org.phonemirror.core.traffic.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.core.tape.Mark;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.core.tape.Tape;
import org.phonemirror.core.tape.TcpFlow;
import org.phonemirror.core.tape.UdpFlow;

class TapeStoreTest {
  private static final Impu SUBSCRIBER = new Impu("sip:+15550001@ims.test");
  private static final Impu OTHER = new Impu("sip:+15550002@ims.test");

  @TempDir Path directory;

  static Tape tape() {
    InetSocketAddress phone = new InetSocketAddress("10.0.2.15", 40_000);
    InetSocketAddress remote = new InetSocketAddress("2001:db8::80", 65_535);
    return new Tape(
        1_000,
        2_000,
        List.of(
            new TcpFlow(
                5,
                phone,
                remote,
                900,
                TcpFlow.Opening.ACCEPTED,
                17,
                new byte[] {1, 2, 3},
                List.of(
                    new TcpFlow.Received(1_500, 18, new byte[100], TcpFlow.End.OPEN),
                    new TcpFlow.Received(1_600, 20, new byte[0], TcpFlow.End.RST)),
                TcpFlow.End.FIN,
                Set.of(Mark.HOLE, Mark.CONFLICT))),
        List.of(
            new UdpFlow(
                6,
                phone,
                remote,
                List.of(new UdpFlow.Datagram(1_700, UdpFlow.Kind.SENT, new byte[] {9})),
                Set.of())),
        List.of(
            new SessionContent(
                1_800,
                SessionContent.Direction.TO_PHONE,
                "MESSAGE",
                "sip:ü@ims.test",
                "text/plain",
                new byte[] {'h', 'i'})));
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> found = files.filter(Files::isRegularFile).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void whatIsWrittenIsReadAgainByAnother() throws IOException {
    new TapeStore(directory).write(SUBSCRIBER, 7, tape());

    TapeStore again = new TapeStore(directory);
    assertThat(again.read(SUBSCRIBER, 7)).contains(tape());
    assertThat(again.read(SUBSCRIBER, 8)).isEmpty();
    assertThat(again.read(OTHER, 7)).isEmpty();
    assertThat(onlyFile().toString()).endsWith("7.tape");
  }

  @Test
  void tornOrChangedTapeIsRefusedByName() throws IOException {
    TapeStore store = new TapeStore(directory);
    store.write(SUBSCRIBER, 7, tape());
    Path file = onlyFile();
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> store.read(SUBSCRIBER, 7))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString());
    }
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x41;
      Files.write(file, changed);
      assertThatThrownBy(() -> store.read(SUBSCRIBER, 7)).isInstanceOf(IOException.class);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> store.read(SUBSCRIBER, 7)).hasMessageContaining("after its end");
  }

  @Test
  void foreignTapeIsRefused() throws IOException {
    TapeStore store = new TapeStore(directory);
    store.write(SUBSCRIBER, 7, tape());
    Path file = onlyFile();
    Files.move(file, file.resolveSibling("8.tape"));

    assertThatThrownBy(() -> store.read(SUBSCRIBER, 8))
        .hasMessageContaining("tape 7 of " + SUBSCRIBER);
    Files.write(file.resolveSibling("9.tape"), new byte[] {1, 2, 3, 4, 5, 6, 7});
    assertThatThrownBy(() -> store.read(SUBSCRIBER, 9)).hasMessageContaining("is no tape");
  }

  @Test
  void failedWriteLeavesNothing() throws IOException {
    TapeStore store = new TapeStore(directory);
    store.write(SUBSCRIBER, 7, tape());
    Path inTheWay = onlyFile().resolveSibling("8.tape");
    Files.createDirectories(inTheWay.resolve("x"));

    assertThatThrownBy(() -> store.write(SUBSCRIBER, 8, tape()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("8.tape");
    onlyFile();
  }

  @Test
  void releaseAndForget() throws IOException {
    TapeStore store = new TapeStore(directory);
    for (int i = 1; i <= 12; i++) {
      store.write(SUBSCRIBER, i, tape());
    }
    store.write(OTHER, 1, tape());
    store.release(SUBSCRIBER, 11);
    assertThat(store.read(SUBSCRIBER, 11)).isEmpty();
    assertThat(store.read(SUBSCRIBER, 12)).isPresent();
    store.forget(SUBSCRIBER);
    assertThat(store.read(SUBSCRIBER, 12)).isEmpty();
    assertThat(store.read(OTHER, 1)).isPresent();
    store.release(SUBSCRIBER, 5);
    store.forget(SUBSCRIBER);
  }
}
