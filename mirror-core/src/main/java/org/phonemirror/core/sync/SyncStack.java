package org.phonemirror.core.sync;

import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.ExtendedCoapStackFactory;
import org.eclipse.californium.core.network.Outbox;
import org.eclipse.californium.core.network.stack.BaseCoapStack;
import org.eclipse.californium.core.network.stack.BlockwiseLayer;
import org.eclipse.californium.core.network.stack.CoapStack;
import org.eclipse.californium.core.network.stack.CongestionControlLayer;
import org.eclipse.californium.core.network.stack.ExchangeCleanupLayer;
import org.eclipse.californium.core.network.stack.Layer;
import org.eclipse.californium.elements.EndpointContextMatcher;
import org.eclipse.californium.elements.config.Configuration;

/**
 * The layers of CoAP over UDP without observation. Block transfers have a limit of their own, which
 * Californium otherwise takes from the number of peers: each may hold a whole message.
 */
final class SyncStack extends BaseCoapStack {
  private SyncStack(
      String tag,
      Configuration configuration,
      int maxBlockTransfers,
      EndpointContextMatcher matcher,
      Outbox outbox) {
    super(outbox);
    Configuration blocks =
        new Configuration(configuration).set(CoapConfig.MAX_ACTIVE_PEERS, maxBlockTransfers);
    setLayers(
        new Layer[] {
          new ExchangeCleanupLayer(configuration),
          new BlockwiseLayer(tag, false, blocks, matcher),
          CongestionControlLayer.newImplementation(tag, configuration)
        });
  }

  @SuppressWarnings("deprecation") // the interface still has the older method
  static ExtendedCoapStackFactory factory(int maxBlockTransfers) {
    return new ExtendedCoapStackFactory() {
      @Override
      public CoapStack createCoapStack(
          String protocol,
          String tag,
          Configuration configuration,
          EndpointContextMatcher matcher,
          Outbox outbox,
          Object argument) {
        return new SyncStack(tag, configuration, maxBlockTransfers, matcher, outbox);
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
}
