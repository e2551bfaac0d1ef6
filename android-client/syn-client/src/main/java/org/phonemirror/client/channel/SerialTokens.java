package org.phonemirror.client.channel;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.californium.core.coap.Token;
import org.eclipse.californium.core.network.KeyToken;
import org.eclipse.californium.core.network.TokenGenerator;

/**
 * Tokens of one byte that count up. RFC 7252 §5.3.1 asks for random ones against spoofed responses,
 * which DTLS keeps out here; counted ones make sure that a late answer never meets the token of one
 * of the next 255 requests.
 */
final class SerialTokens implements TokenGenerator {
  private final AtomicInteger last = new AtomicInteger();

  @Override
  public Token createToken(Scope scope) {
    return new Token(new byte[] {(byte) last.incrementAndGet()});
  }

  @Override
  public Scope getScope(Token token) {
    return Scope.SHORT_TERM_CLIENT_LOCAL;
  }

  @Override
  public KeyToken getKeyToken(Token token, Object peer) {
    return new KeyToken(token, peer);
  }
}
