package gov.nist.javax.sip.stack;

import java.io.IOException;
import java.net.InetAddress;
import org.phonemirror.container.ReceptionQueue;

/**
 * The stack's transports, with a bounded queue of datagrams in the place of an unbounded one. Named
 * by {@code gov.nist.javax.sip.MESSAGE_PROCESSOR_FACTORY}.
 */
public final class BoundedProcessors extends OIOMessageProcessorFactory {
  /** At 10,000 requests a second, 0.4 s of them: later answers would help nobody. */
  private static final int DATAGRAMS = 4096;

  @Override
  public MessageProcessor createMessageProcessor(
      SIPTransactionStack stack, InetAddress address, int port, String transport)
      throws IOException {
    MessageProcessor processor = super.createMessageProcessor(stack, address, port, transport);
    if (processor instanceof UDPMessageProcessor udp) {
      udp.messageQueue = new ReceptionQueue(DATAGRAMS);
    }
    return processor;
  }
}
