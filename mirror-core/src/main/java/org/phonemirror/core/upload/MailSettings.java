package org.phonemirror.core.upload;

import java.time.Duration;
import java.util.Optional;

/**
 * The submission server (RFC 6409).
 *
 * @param host name or address
 * @param port usually 587, or 465 with {@link Security#TLS}
 * @param security of the connection
 * @param login if the server wants one
 * @param sender template of the subscribers' addresses: {@code {user}} is the user part of the
 *     public identity, {@code {number}} the same without the plus sign; for example {@code
 *     {user}@mail.example}
 * @param helo own name for EHLO and in Message-IDs, for example {@code mirror.example}
 * @param messageBytes largest message that it takes, encoded
 * @param timeout without progress
 */
public record MailSettings(
    String host,
    int port,
    Security security,
    Optional<Login> login,
    String sender,
    String helo,
    long messageBytes,
    Duration timeout) {
  /** How the connection is protected. */
  public enum Security {
    NONE,
    /** By STARTTLS where the server offers it (RFC 3207). */
    STARTTLS_IF_OFFERED,
    /** By STARTTLS, or nothing is sent. */
    STARTTLS,
    /** From its first byte (RFC 8314 §3.3). */
    TLS
  }

  /** By AUTH (RFC 4954). */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  public MailSettings {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("mail port is " + port + ", must be 1 to 65535");
    }
    String example = sender.replace("{user}", "u").replace("{number}", "1");
    if (example.equals(sender) || !Recipient.isMail(example)) {
      throw new IllegalArgumentException(
          "mail sender '" + sender + "' must be like {user}@mail.example");
    }
    if (!helo.matches("[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException("'" + helo + "' is no host name");
    }
    if (messageBytes < 1) {
      throw new IllegalArgumentException("mail of " + messageBytes + " bytes, must be positive");
    }
  }
}
