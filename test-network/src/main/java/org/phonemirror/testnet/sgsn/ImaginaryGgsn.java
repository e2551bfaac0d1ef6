package org.phonemirror.testnet.sgsn;

import java.net.Inet4Address;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.phonemirror.testnet.gtp.ContextRequest;
import org.phonemirror.testnet.gtp.ControlMessage;
import org.phonemirror.testnet.gtp.Gtp;
import org.phonemirror.testnet.gtp.PdpContext;

/**
 * No GGSN: grants everything, in the messages that an SGSN and a GGSN would exchange. For phones
 * whose packets go another way, so that the copy of their traffic looks as if they did not.
 */
public final class ImaginaryGgsn implements Gateway {
  private static final int RECOVERY = 0;

  private final Teids teids;
  private final Inet4Address address;
  private final AtomicInteger sequence = new AtomicInteger();

  /**
   * Grants from now on.
   *
   * @param teids also the SGSN's, so that no two are alike
   * @param address that all phones get
   */
  public ImaginaryGgsn(Teids teids, Inet4Address address) {
    this.teids = teids;
    this.address = address;
  }

  @Override
  public PdpContext open(ContextRequest asked) {
    int number = next();
    byte[] request = asked.message(number, RECOVERY).encode();
    long control = teids.next();
    long data = teids.next();
    ControlMessage answer = PdpContext.grant(asked, number, address, control, data);
    return new PdpContext(asked, address, control, data, asked.sgsn(), request, answer.encode());
  }

  @Override
  public Exchange close(PdpContext context) {
    int number = next();
    ControlMessage answer =
        new ControlMessage(
            Gtp.DELETE_PDP_CONTEXT_RESPONSE,
            context.asked().control(),
            number,
            List.of(ControlMessage.Element.of(ControlMessage.Element.CAUSE, Gtp.REQUEST_ACCEPTED)));
    return new Exchange(context.deletion(number).encode(), answer.encode());
  }

  private int next() {
    return sequence.getAndIncrement() & 0xffff;
  }

  @Override
  public void close() {}
}
