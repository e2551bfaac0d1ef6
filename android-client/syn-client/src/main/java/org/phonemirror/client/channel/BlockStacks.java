package org.phonemirror.client.channel;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.californium.core.coap.EmptyMessage;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.network.ExtendedCoapStackFactory;
import org.eclipse.californium.core.network.Outbox;
import org.eclipse.californium.core.network.stack.CoapStack;
import org.eclipse.californium.core.network.stack.CoapUdpStack;
import org.eclipse.californium.core.server.MessageDeliverer;
import org.eclipse.californium.elements.EndpointContextMatcher;
import org.eclipse.californium.elements.config.Configuration;

/**
 * Californium's layers twice, over one DTLS session: with usual blocks, and with small ones. Each
 * request says by which of them it goes, since a stack has one length of blocks for good.
 */
final class BlockStacks implements CoapStack {
  private static final Map<String, String> IN_SMALL_BLOCKS =
      Collections.singletonMap("blocks", "small");

  private final CoapStack usual;
  private final CoapStack small;
  private final List<CoapStack> both;

  private BlockStacks(
      String tag, Configuration configuration, EndpointContextMatcher matcher, Outbox outbox) {
    usual = new CoapUdpStack(tag, blocks(configuration, BlockRule.USUAL), matcher, outbox);
    small = new CoapUdpStack(tag, blocks(configuration, BlockRule.SMALL), matcher, outbox);
    both = List.of(usual, small);
  }

  private static Configuration blocks(Configuration configuration, int bytes) {
    return new Configuration(configuration)
        .set(CoapConfig.MAX_MESSAGE_SIZE, bytes)
        .set(CoapConfig.PREFERRED_BLOCK_SIZE, bytes);
  }

  @SuppressWarnings("deprecation") // the interface still has the older method
  static ExtendedCoapStackFactory factory() {
    return new ExtendedCoapStackFactory() {
      @Override
      public CoapStack createCoapStack(
          String protocol,
          String tag,
          Configuration configuration,
          EndpointContextMatcher matcher,
          Outbox outbox,
          Object argument) {
        return new BlockStacks(tag, configuration, matcher, outbox);
      }

      @Override
      public CoapStack createCoapStack(
          String protocol,
          String tag,
          Configuration configuration,
          Outbox outbox,
          Object argument) {
        throw new UnsupportedOperationException("blocks are matched by the peer's context");
      }
    };
  }

  /** Sends a request, when its time comes, in small blocks. */
  static void inSmallBlocks(Request request) {
    request.setUserContext(IN_SMALL_BLOCKS);
  }

  /** By the request that began an exchange, whatever block it is at. */
  private CoapStack of(Exchange exchange) {
    Request request = exchange == null ? null : exchange.getRequest();
    return request != null && IN_SMALL_BLOCKS.equals(request.getUserContext()) ? small : usual;
  }

  @Override
  public void sendRequest(Exchange exchange, Request request) {
    of(exchange).sendRequest(exchange, request);
  }

  @Override
  public void sendResponse(Exchange exchange, Response response) {
    of(exchange).sendResponse(exchange, response);
  }

  @Override
  public void sendEmptyMessage(Exchange exchange, EmptyMessage message) {
    of(exchange).sendEmptyMessage(exchange, message);
  }

  @Override
  public void receiveRequest(Exchange exchange, Request request) {
    of(exchange).receiveRequest(exchange, request);
  }

  @Override
  public void receiveResponse(Exchange exchange, Response response) {
    of(exchange).receiveResponse(exchange, response);
  }

  @Override
  public void receiveEmptyMessage(Exchange exchange, EmptyMessage message) {
    of(exchange).receiveEmptyMessage(exchange, message);
  }

  @Override
  public void setExecutors(ScheduledExecutorService main, ScheduledExecutorService secondary) {
    both.forEach(stack -> stack.setExecutors(main, secondary));
  }

  @Override
  public void setDeliverer(MessageDeliverer deliverer) {
    both.forEach(stack -> stack.setDeliverer(deliverer));
  }

  @Override
  public boolean hasDeliverer() {
    return usual.hasDeliverer();
  }

  @Override
  public void start() {
    both.forEach(CoapStack::start);
  }

  @Override
  public void destroy() {
    both.forEach(CoapStack::destroy);
  }
}
