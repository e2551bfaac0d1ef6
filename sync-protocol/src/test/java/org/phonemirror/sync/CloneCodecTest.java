package org.phonemirror.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CloneCodecTest {
  private static final StorageDigest DIGEST =
      new StorageDigest(new byte[StorageDigest.ROOT_BYTES], 3, 70_000, List.of());
  private static final byte[] NONCE =
      "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  static Stream<CloneRequest> requests() {
    return Stream.of(
        new CloneRequest.Begin(0xffff_ffffL, "reference", "v1", DIGEST),
        new CloneRequest.Manifest(new byte[32], 1000, 0, new byte[0]),
        new CloneRequest.Manifest(new byte[32], 1000, 990, content(10)),
        new CloneRequest.Chunks(List.of(content(1), content(65_536))),
        new CloneRequest.Finish(7, DIGEST));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestIsReadAsItWasWritten(CloneRequest request) throws Exception {
    byte[] encoded = CloneCodec.encode(request);
    assertThat(CloneCodec.decodeRequest(encoded)).isEqualTo(request);
    for (int length = 0; length < Math.min(100, encoded.length); length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> CloneCodec.decodeRequest(cut))
          .isInstanceOf(MalformedMessageException.class);
    }
  }

  static Stream<CloneReply> replies() {
    return Stream.of(
        new CloneReply.Copy(NONCE),
        new CloneReply.Have(12_345),
        new CloneReply.Wanted(List.of(), 0),
        new CloneReply.Wanted(List.of(0, 1, 5, 500_000), 1L << 33),
        new CloneReply.Done(),
        new CloneReply.Again("storage was changed"),
        new CloneReply.Refused("too much"));
  }

  @ParameterizedTest
  @MethodSource("replies")
  void replyIsReadAsItWasWritten(CloneReply reply) throws Exception {
    assertThat(CloneCodec.decodeReply(CloneCodec.encode(reply))).isEqualTo(reply);
  }

  private static CloneManifest.Entry directory(String path) {
    return new CloneManifest.Entry(path, StorageTree.Kind.DIRECTORY, 0755, 1, "", List.of());
  }

  private static CloneManifest.Entry file(String path, byte[]... chunks) {
    return new CloneManifest.Entry(
        path,
        StorageTree.Kind.FILE,
        0640,
        1_700_000_000_000_000L,
        "",
        Stream.of(chunks).map(chunk -> CloneManifest.Chunk.of(chunk, NONCE)).toList());
  }

  private static CloneManifest.Entry link(String path, String target) {
    return new CloneManifest.Entry(path, StorageTree.Kind.LINK, 0, 1, target, List.of());
  }

  @Test
  void manifestIsReadAsItWasWritten() throws Exception {
    CloneManifest manifest =
        new CloneManifest(
            List.of(
                directory("home"),
                file("home/empty"),
                file("home/ä\nb", content(5000), content(9), content(5000)),
                link("home/up", "../..")));
    byte[] encoded = CloneCodec.encode(manifest);
    assertThat(CloneCodec.decodeManifest(encoded)).isEqualTo(manifest);
    assertThat(manifest.distinct())
        .extracting(CloneManifest.Chunk::length)
        .containsExactly(5000, 9);
    assertThat(manifest.bytes()).isEqualTo(10_009);
  }

  @Test
  void whatIsInNoDirectoryOfItsOwnIsRefused() {
    assertThatThrownBy(() -> new CloneManifest(List.of(file("home/a"))))
        .hasMessageContaining("'home' of the manifest is no directory");
    assertThatThrownBy(() -> new CloneManifest(List.of(link("out", "/etc"), file("out/passwd"))))
        .hasMessageContaining("'out' of the manifest is no directory");
    assertThatThrownBy(() -> new CloneManifest(List.of(file("a"), file("a"))))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> directory("a/../b")).hasMessageContaining("not a name");
    assertThatThrownBy(() -> link("a", "")).hasMessageContaining("can't be a LINK");
  }

  @Test
  void proofIsOfTheContentAndTheNonce() {
    byte[] content = content(5000);
    CloneManifest.Chunk chunk = CloneManifest.Chunk.of(content, NONCE);
    assertThat(chunk.proves(content, NONCE)).isTrue();
    assertThat(chunk.proves(content, new byte[16])).isFalse();
    CloneManifest.Chunk guessed = new CloneManifest.Chunk(chunk.id(), 5000, new byte[8]);
    assertThat(guessed.proves(content, NONCE)).isFalse();
  }
}
