package org.phonemirror.core.upload;

import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Submits mails (RFC 6409), one for each recipient, with the file as an attachment.
 *
 * <p>Between the end of the data and its reply nobody knows whether the mail was taken (RFC 1047);
 * RFC 5321 §6.1 wants it sent again rather than lost. Its Message-ID is the same then, by which
 * whoever delivers it may recognise the repetition (for example RFC 7352).
 */
final class MailCarrier implements Carrier {
  private static final int MESSAGE_TOO_BIG = 552;

  private final MailSettings settings;
  private final Session session;

  /**
   * Does not connect yet.
   *
   * @param tls trusts the server
   */
  MailCarrier(MailSettings settings, SSLSocketFactory tls) {
    this.settings = settings;
    this.session = Session.getInstance(properties(tls));
  }

  private Properties properties(SSLSocketFactory tls) {
    String millis = Long.toString(settings.timeout().toMillis());
    String prefix = "mail." + protocol() + ".";
    Properties properties = new Properties();
    properties.setProperty(prefix + "localhost", settings.helo());
    properties.setProperty(prefix + "connectiontimeout", millis);
    properties.setProperty(prefix + "timeout", millis);
    properties.setProperty(prefix + "writetimeout", millis);
    properties.setProperty(prefix + "quitwait", "false");
    properties.setProperty(prefix + "auth", Boolean.toString(settings.login().isPresent()));
    properties.put(prefix + "ssl.socketFactory", tls);
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    boolean required = settings.security() == MailSettings.Security.STARTTLS;
    boolean offered = settings.security() == MailSettings.Security.STARTTLS_IF_OFFERED;
    properties.setProperty(prefix + "starttls.enable", Boolean.toString(required || offered));
    properties.setProperty(prefix + "starttls.required", Boolean.toString(required));
    return properties;
  }

  private String protocol() {
    return settings.security() == MailSettings.Security.TLS ? "smtps" : "smtp";
  }

  @Override
  public Outcome bring(Parcel parcel) throws Parcel.RecalledException {
    Optional<String> sender = Senders.mail(parcel.sender(), settings.sender());
    if (sender.isEmpty()) {
      return new Outcome.Never(
          Reason.NOT_ALLOWED, parcel.sender() + " makes no mail address to send from");
    }
    if (encodedLength(parcel) > settings.messageBytes()) {
      return tooBig(settings.messageBytes());
    }
    // Jakarta Activation finds what writes a content type by the thread's class loader
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(MailCarrier.class.getClassLoader());
    try {
      return submit(parcel, sender.get());
    } catch (MessagingException e) {
      return failed(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private Outcome submit(Parcel parcel, String sender) throws MessagingException {
    try (SMTPTransport transport = (SMTPTransport) session.getTransport(protocol())) {
      transport.connect(
          settings.host(),
          settings.port(),
          settings.login().map(MailSettings.Login::user).orElse(null),
          settings.login().map(MailSettings.Login::password).orElse(null));
      String size = transport.getExtensionParameter("SIZE");
      SMTPMessage message = message(parcel, sender);
      if (size != null && size.matches("[1-9][0-9]{0,17}")) {
        if (encodedLength(parcel) > Long.parseLong(size)) {
          return tooBig(Long.parseLong(size));
        }
        message.setMailExtension("SIZE=" + encodedLength(parcel));
      }
      transport.sendMessage(
          message, new Address[] {new InternetAddress(parcel.recipient().address())});
      return new Outcome.Sent();
    }
  }

  private SMTPMessage message(Parcel parcel, String sender) throws MessagingException {
    String id = "<" + parcel.key() + "@" + settings.helo() + ">";
    SMTPMessage message =
        new SMTPMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
          }
        };
    message.setEnvelopeFrom(sender);
    message.setFrom(new InternetAddress(sender));
    message.setRecipient(
        jakarta.mail.Message.RecipientType.TO, new InternetAddress(parcel.recipient().address()));
    message.setSubject(parcel.upload().title(), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(parcel.ordered()));
    MimeBodyPart text = new MimeBodyPart();
    text.setText(parcel.upload().text(), StandardCharsets.UTF_8.name());
    MimeBodyPart file = new MimeBodyPart();
    file.setDataHandler(new DataHandler(new Content(parcel)));
    file.setDisposition(MimeBodyPart.ATTACHMENT);
    file.setFileName(parcel.upload().fileName());
    file.setHeader("Content-Transfer-Encoding", "base64");
    message.setContent(new MimeMultipart(text, file));
    message.saveChanges();
    return message;
  }

  /** In lines of 76 characters (RFC 2045 §6.8), with some room for the head. */
  private static long encodedLength(Parcel parcel) {
    long characters = (parcel.upload().size() + 2) / 3 * 4;
    return characters + (characters / 76 + 1) * 2 + 2L * parcel.upload().text().length() + 4096;
  }

  private static Outcome tooBig(long most) {
    return new Outcome.Never(
        Reason.TOO_BIG,
        "the mail server takes at most " + most + " bytes, encoded: send it to a web server");
  }

  private static Outcome failed(MessagingException failure) throws Parcel.RecalledException {
    int code = -1;
    Exception first = failure;
    for (Exception at = failure; at != null; at = next(at)) {
      if (at instanceof Parcel.RecalledException recalled) {
        throw recalled;
      }
      if (code < 0 && code(at) > 0) {
        code = code(at);
        first = at;
      }
    }
    String text = "the mail server: " + oneLine(String.valueOf(first.getMessage()));
    if (failure instanceof AuthenticationFailedException || code < 0) {
      return Outcome.Later.unknown(text);
    } else if (code >= 500) {
      return new Outcome.Never(code == MESSAGE_TOO_BIG ? Reason.TOO_BIG : Reason.REFUSED, text);
    }
    return Outcome.Later.answered(text);
  }

  private static Exception next(Exception failure) {
    return failure instanceof MessagingException messaging ? messaging.getNextException() : null;
  }

  /** Of an SMTP reply; -1 if it was none. */
  private static int code(Exception failure) {
    if (failure instanceof SMTPAddressFailedException address) {
      return address.getReturnCode();
    } else if (failure instanceof SMTPSenderFailedException sender) {
      return sender.getReturnCode();
    }
    return failure instanceof SMTPSendFailedException send ? send.getReturnCode() : -1;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private record Content(Parcel parcel) implements DataSource {
    @Override
    public InputStream getInputStream() throws IOException {
      return parcel.open();
    }

    @Override
    public OutputStream getOutputStream() {
      throw new UnsupportedOperationException("the content is only read");
    }

    @Override
    public String getContentType() {
      return parcel.mediaType();
    }

    @Override
    public String getName() {
      return parcel.upload().fileName();
    }
  }
}
