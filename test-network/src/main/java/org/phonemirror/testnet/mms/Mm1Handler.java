package org.phonemirror.testnet.mms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.phonemirror.core.mms.MalformedMmsException;
import org.phonemirror.core.mms.MmsDecoder;
import org.phonemirror.core.mms.MmsEncoder;
import org.phonemirror.core.mms.MmsMessage;
import org.phonemirror.core.mms.ResponseStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MM1 over HTTP: PDUs come by POST to any path, messages are fetched by GET. What does not begin as
 * an M-Send.req cannot be refused by a PDU, and gets an HTTP error.
 */
final class Mm1Handler implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Mm1Handler.class);
  private static final String MESSAGES = "/mm1/";

  private final MmsRelay relay;
  private final int messageBytes;

  Mm1Handler(MmsRelay relay, int messageBytes) {
    this.relay = relay;
    this.messageBytes = messageBytes;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestMethod()) {
        case "POST" -> post(exchange);
        case "GET" -> get(exchange);
        default -> {
          exchange.getResponseHeaders().set("Allow", "GET, POST");
          error(exchange, 405, "MM1 knows GET and POST");
        }
      }
    } catch (RuntimeException e) {
      log.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
      throw e;
    }
  }

  private void post(HttpExchange exchange) throws IOException {
    String type =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase(MmsMessage.MEDIA_TYPE)) {
      error(exchange, 415, "Content-Type must be " + MmsMessage.MEDIA_TYPE);
      return;
    }
    byte[] pdu = exchange.getRequestBody().readNBytes(messageBytes + 1);
    if (pdu.length > messageBytes) {
      refuse(
          exchange,
          pdu,
          ResponseStatus.CONTENT_NOT_ACCEPTED,
          "message has more than " + messageBytes + " bytes");
      return;
    }
    MmsMessage message;
    try {
      message = MmsDecoder.decode(pdu, messageBytes);
    } catch (MalformedMmsException e) {
      refuse(exchange, pdu, ResponseStatus.FORMAT_CORRUPT, e.getMessage());
      return;
    }
    if (message instanceof MmsMessage.SendRequest request) {
      answer(
          exchange,
          relay
              .submit(caller(exchange), request, pdu.length, sha256(pdu))
              .toCompletableFuture()
              .join());
    } else if (message instanceof MmsMessage.NotifyResponse response) {
      relay.answered(response);
      exchange.sendResponseHeaders(204, -1);
    } else if (message instanceof MmsMessage.Acknowledgement acknowledgement) {
      relay.acknowledged(acknowledgement);
      exchange.sendResponseHeaders(204, -1);
    } else {
      error(exchange, 400, "phones do not send " + message.getClass().getSimpleName());
    }
  }

  private void get(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!path.startsWith(MESSAGES)) {
      error(exchange, 404, "messages are under " + MESSAGES);
      return;
    }
    answer(exchange, relay.retrieve(caller(exchange), path.substring(MESSAGES.length())));
  }

  private static String sha256(byte[] pdu) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pdu));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Optional<String> caller(HttpExchange exchange) {
    return relay
        .callers()
        .number(
            exchange.getRemoteAddress().getAddress(),
            Optional.ofNullable(exchange.getRequestHeaders().getFirst(Callers.HEADER)));
  }

  private static void refuse(HttpExchange exchange, byte[] pdu, ResponseStatus status, String why)
      throws IOException {
    log.info("a PDU from {} is refused: {}", exchange.getRemoteAddress(), why);
    if (!MmsDecoder.isSendRequest(pdu)) {
      error(exchange, 400, why);
      return;
    }
    answer(
        exchange,
        new MmsMessage.SendConfirmation(
            MmsDecoder.transactionId(pdu).orElse(""),
            status,
            Optional.of(why.length() > 200 ? why.substring(0, 200) : why),
            Optional.empty()));
  }

  private static void answer(HttpExchange exchange, MmsMessage message) throws IOException {
    byte[] pdu = MmsEncoder.encode(message);
    exchange.getResponseHeaders().set("Content-Type", MmsMessage.MEDIA_TYPE);
    exchange.sendResponseHeaders(200, pdu.length);
    exchange.getResponseBody().write(pdu);
  }

  private static void error(HttpExchange exchange, int status, String why) throws IOException {
    byte[] text = (why + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, text.length);
    exchange.getResponseBody().write(text);
  }
}
