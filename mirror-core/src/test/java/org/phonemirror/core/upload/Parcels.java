package org.phonemirror.core.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Files on their way, without a relay. */
final class Parcels {
  static final Instant ORDERED = Instant.parse("2026-11-22T12:00:00Z");

  private Parcels() {}

  static Parcel of(Path file, String to) throws Exception {
    return of(file, to, () -> true, () -> false);
  }

  static Parcel of(Path file, String to, BooleanSupplier leave, BooleanSupplier recalled)
      throws IOException, WrongOrderException {
    byte[] content = Files.readAllBytes(file);
    Recipient recipient = Recipient.of(to);
    String path = "dcim/" + file.getFileName();
    String sha256 = Sha256.hex(content);
    Upload upload =
        new Upload(
            1, path, content.length, sha256, "H\u00f6lidays\nBcc: x", "Look", List.of(recipient));
    return new Parcel(
        UploadWorld.ALICE,
        recipient,
        upload,
        ORDERED,
        file,
        Upload.key(UploadWorld.ALICE.uri(), 1, to),
        leave,
        recalled);
  }
}
