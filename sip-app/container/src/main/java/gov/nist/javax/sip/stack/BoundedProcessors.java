package gov.nist.javax.sip.stack;

import java.io.IOException;
import java.net.InetAddress;

/**
 * The stack's transports, with {@link BoundedUdpProcessor} for UDP. Named by {@code
 * gov.nist.javax.sip.MESSAGE_PROCESSOR_FACTORY}.
 */
public final class BoundedProcessors extends OIOMessageProcessorFactory {
  @Override
  public MessageProcessor createMessageProcessor(
      SIPTransactionStack stack, InetAddress address, int port, String transport)
      throws IOException {
    if (transport.equalsIgnoreCase("udp")) {
      stack.udpFlag = true;
      return new BoundedUdpProcessor(address, stack, port);
    }
    return super.createMessageProcessor(stack, address, port, transport);
  }
}
