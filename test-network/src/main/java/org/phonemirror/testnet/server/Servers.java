package org.phonemirror.testnet.server;

import java.io.IOException;
import java.util.Optional;

/**
 * The servers that phones talk to, on the ports that the reference phone's programs are set up for.
 *
 * @param mail takes mail for everyone
 * @param mailbox has what was delivered
 * @param names only where one may listen on port 53, which is a privilege
 */
public record Servers(
    WebServer web, MailServer mail, ImapServer mailbox, Optional<NameServer> names)
    implements AutoCloseable {
  public static final int WEB_PORT = 8080;
  public static final int MAIL_PORT = 2525;
  public static final int IMAP_PORT = 1143;

  /** Starts web and mail servers. */
  public static Servers start(Site site) throws IOException {
    WebServer web = WebServer.start(site, WEB_PORT);
    MailServer mail = null;
    try {
      mail = MailServer.start(site, MAIL_PORT);
      ImapServer mailbox = ImapServer.start(site, mail.maildir(), IMAP_PORT);
      return new Servers(web, mail, mailbox, Optional.empty());
    } catch (IOException | RuntimeException e) {
      if (mail != null) {
        mail.close();
      }
      web.close();
      throw e;
    }
  }

  /** Starts all of them. */
  public static Servers start(Site site, Site names) throws IOException {
    Servers servers = start(site);
    try {
      return new Servers(
          servers.web,
          servers.mail,
          servers.mailbox,
          Optional.of(NameServer.start(names, site.address())));
    } catch (IOException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  @Override
  public void close() {
    names.ifPresent(NameServer::close);
    mailbox.close();
    mail.close();
    web.close();
  }
}
