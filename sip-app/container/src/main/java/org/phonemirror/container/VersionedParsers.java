package org.phonemirror.container;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.MessageParserFactory;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.parser.StringMsgParser;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import java.text.ParseException;
import java.util.Locale;

/**
 * The stack's parser, which takes any version of SIP for 2.0, with the version that stands in the
 * request: the stack answers all others with 505 (RFC 3261 §21.5.6). Named by {@code
 * gov.nist.javax.sip.MESSAGE_PARSER_FACTORY}.
 */
public final class VersionedParsers implements MessageParserFactory {
  private static final MessageParser PARSER = new VersionedParser();

  @Override
  public MessageParser createMessageParser(SIPTransactionStack stack) {
    return PARSER;
  }

  /** Without a state, as the stack's own. */
  private static final class VersionedParser extends StringMsgParser {
    private static final String VERSION = "SIP/";

    @Override
    protected SIPMessage processFirstLine(
        String line, ParseExceptionListener listener, byte[] message) throws ParseException {
      SIPMessage parsed = super.processFirstLine(line, listener, message);
      if (parsed instanceof SIPRequest request && request.getRequestLine() != null) {
        String stripped = line.strip();
        String version = stripped.substring(stripped.lastIndexOf(' ') + 1);
        // versions are compared without regard to case (§7.1)
        if (version.regionMatches(true, 0, VERSION, 0, VERSION.length())) {
          request.getRequestLine().setSipVersion(version.toUpperCase(Locale.ROOT));
        }
      }
      return parsed;
    }
  }
}
