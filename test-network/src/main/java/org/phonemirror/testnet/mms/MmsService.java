package org.phonemirror.testnet.mms;

/**
 * An MMS relay, and its way to ask the mirror server.
 *
 * @param relay takes and delivers messages
 * @param mm10 asks for each of them
 */
public record MmsService(MmsRelay relay, Mm10Client mm10) implements AutoCloseable {
  @Override
  public void close() {
    relay.close();
    mm10.close();
  }
}
