package org.phonemirror.app.provision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** Keeps the accepted invitation, sealed. */
public final class InvitationFile {
  private final Path file;
  private final KeyVault vault;

  public InvitationFile(Path file, KeyVault vault) {
    this.file = file;
    this.vault = vault;
  }

  /**
   * The invitation that was accepted last; empty if none was.
   *
   * @throws IOException if it can't be read any more; accepting another one helps
   */
  public Optional<Invitation> load() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      byte[] text = vault.open(Files.readAllBytes(file));
      return Optional.of(Invitation.parse(new String(text, StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "the operator's invitation can't be read any more, ask for another: " + e.getMessage(),
          e);
    }
  }

  /** Accepts an invitation; on return it is on the medium. */
  public void save(Invitation invitation) throws IOException {
    ByteBuffer sealed;
    try {
      sealed = ByteBuffer.wrap(vault.seal(invitation.format().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IOException("the phone's keystore does not work: " + e.getMessage(), e);
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (sealed.hasRemaining()) {
        out.write(sealed);
      }
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
