package org.phonemirror.core.subscriber;

import java.util.regex.Pattern;

/**
 * IMS public user identity (TS 23.003 §13.4), which names a subscriber, the phone and its mirror.
 *
 * @param uri a SIP or tel URI without parameters, for example {@code sip:+15550001@ims.test}
 */
public record Impu(String uri) {
  /** Longest identity taken; Kamailio's ISC buffers end at 256 bytes of URI and parameters. */
  public static final int MAX_LENGTH = 255;

  private static final Pattern FORM = Pattern.compile("(sip|sips|tel):[^\\s<>;?,|]+");

  public Impu {
    if (uri.length() > MAX_LENGTH || !FORM.matcher(uri).matches()) {
      throw new IllegalArgumentException(
          "'" + uri + "' is no public identity: it must be a SIP or tel URI without parameters");
    }
  }

  @Override
  public String toString() {
    return uri;
  }
}
