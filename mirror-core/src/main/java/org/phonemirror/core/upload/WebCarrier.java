package org.phonemirror.core.upload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts files to URLs (PUT, RFC 9110 §9.3.4). Repeating it is harmless: the resource has the same
 * content again. {@code Idempotency-Key} lets a server recognise the repetition, {@code
 * Content-Digest} (RFC 9530) lets it check what came.
 *
 * <p>There is no {@code If-None-Match: *}: who puts to a URL means its content to be replaced, and
 * a repetition would be refused because of the attempt that had arrived.
 */
final class WebCarrier implements Carrier {
  private static final int MAX_REDIRECTS = 4;

  private final WebSettings settings;
  private final PlainHttp http;
  private final Clock clock;

  WebCarrier(WebSettings settings, PlainHttp http, Clock clock) {
    this.settings = settings;
    this.http = http;
    this.clock = clock;
  }

  @Override
  public Outcome bring(Parcel parcel) throws Parcel.RecalledException {
    URI uri = URI.create(parcel.recipient().address());
    try {
      for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        HttpAnswer answer =
            http.send("PUT", uri, fields(parcel), body(parcel), true, settings.destinations());
        Optional<URI> other = redirect(uri, answer);
        if (other.isEmpty()) {
          return outcome(uri, answer);
        }
        uri = other.get();
      }
      return new Outcome.Never(Reason.REFUSED, "the server redirects without end");
    } catch (Parcel.RecalledException e) {
      throw e;
    } catch (PlainHttp.ForbiddenException e) {
      return new Outcome.Never(Reason.NOT_ALLOWED, e.getMessage());
    } catch (IOException e) {
      return Outcome.Later.unknown(uri.getHost() + " can't be reached: " + e.getMessage());
    }
  }

  private static Map<String, String> fields(Parcel parcel) {
    Map<String, String> fields = new LinkedHashMap<>();
    byte[] digest = HexFormat.of().parseHex(parcel.upload().sha256());
    fields.put("Content-Type", parcel.mediaType());
    fields.put("Content-Digest", "sha-256=:" + Base64.getEncoder().encodeToString(digest) + ":");
    fields.put("Idempotency-Key", "\"" + parcel.key() + "\"");
    return fields;
  }

  private static PlainHttp.Body body(Parcel parcel) {
    return new PlainHttp.Body() {
      @Override
      public long length() {
        return parcel.upload().size();
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        try (InputStream content = parcel.open()) {
          content.transferTo(out);
        }
      }
    };
  }

  /** Those that keep method and body are followed. */
  private static Optional<URI> redirect(URI uri, HttpAnswer answer) {
    if (answer.status() != 307 && answer.status() != 308) {
      return Optional.empty();
    }
    try {
      URI other = uri.resolve(answer.fields().getOrDefault("location", ""));
      Recipient.of(other.toString());
      boolean weaker =
          uri.getScheme().equalsIgnoreCase("https") && !other.getScheme().equalsIgnoreCase("https");
      return Optional.of(other).filter(u -> !weaker && !u.equals(uri));
    } catch (IllegalArgumentException | WrongOrderException e) {
      return Optional.empty(); // the redirection itself is the answer then
    }
  }

  private Outcome outcome(URI uri, HttpAnswer answer) {
    int status = answer.status();
    Optional<Duration> after = answer.retryAfter(clock.instant());
    String text = uri.getHost() + " answers with HTTP status " + status;
    if (status / 100 == 2) {
      return new Outcome.Sent();
    }
    boolean later =
        switch (status) {
          case 408, 423, 425, 429 -> true;
          case 413 -> after.isPresent();
          case 501, 505 -> false;
          default -> status >= 500;
        };
    if (later) {
      return new Outcome.Later(text, true, after);
    }
    return new Outcome.Never(status == 413 ? Reason.TOO_BIG : Reason.REFUSED, text);
  }
}
