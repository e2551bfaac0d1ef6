package org.phonemirror.client.channel;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.californium.core.coap.CoAP;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.MessageObserverAdapter;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.AddressEndpointContext;
import org.eclipse.californium.elements.DtlsEndpointContext;
import org.eclipse.californium.elements.EndpointContext;
import org.eclipse.californium.elements.MapBasedEndpointContext;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.elements.config.UdpConfig;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;
import org.eclipse.californium.scandium.dtls.pskstore.AdvancedSinglePskStore;
import org.phonemirror.sync.Acknowledgement;
import org.phonemirror.sync.Acknowledgement.Status;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.MalformedMessageException;
import org.phonemirror.sync.SyncCodec;
import org.phonemirror.sync.SyncSettings;

/**
 * Confirmable CoAP requests (RFC 7252) over DTLS 1.2 with a pre-shared key and
 * TLS_PSK_WITH_AES_128_CCM_8. Long messages go block by block (RFC 7959), whose length is {@link
 * BlockRule}'s.
 *
 * <p>The server names the DTLS session by its connection id (RFC 9146), so that the session goes on
 * when a NAT or another network gives the phone a new address; the phone asks for none of its own.
 * A message that fits a block costs one datagram up and one down. When no answer comes, the server
 * may have lost the session, which DTLS has no way to tell: the next message begins with a
 * handshake.
 */
public final class CoapChannel implements SyncChannel {
  /** Path of the resource that takes the messages; short, since it is in every request. */
  public static final String PATH = "s";

  private static final int RECEIVE_BUFFER = 4096;

  private final SyncSettings settings;
  private final CoapTiming timing;
  private final BlockRule blocks;
  private final ScheduledExecutorService executor;
  private final CoapEndpoint endpoint;
  private final AtomicBoolean shakeHands = new AtomicBoolean();
  private volatile CompletableFuture<Acknowledgement> pending = new CompletableFuture<>();

  /**
   * Opens a channel for a phone that can't tell what its link is.
   *
   * @throws IOException if there is no socket to be had
   */
  public CoapChannel(SyncSettings settings, CoapTiming timing) throws IOException {
    this(settings, timing, BlockRule.usual());
  }

  /**
   * Opens a channel; the session with the server is made when the first message is sent.
   *
   * @param blocks of this channel alone
   * @throws IOException if there is no socket to be had
   */
  public CoapChannel(SyncSettings settings, CoapTiming timing, BlockRule blocks)
      throws IOException {
    this.settings = settings;
    this.timing = timing;
    this.blocks = blocks;
    Configuration configuration = configuration(timing);
    executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "sync-channel");
              thread.setDaemon(true);
              return thread;
            });
    DTLSConnector connector =
        new DTLSConnector(
            DtlsConnectorConfig.builder(configuration)
                .setAdvancedPskStore(
                    new AdvancedSinglePskStore(settings.identity(), settings.key()))
                .build());
    connector.setExecutor(executor);
    endpoint =
        new CoapEndpoint.Builder()
            .setConfiguration(configuration)
            .setConnector(connector)
            .setTokenGenerator(new SerialTokens())
            .setCoapStackFactory(BlockStacks.factory())
            .build();
    endpoint.setExecutors(executor, executor);
    try {
      endpoint.start();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private static Configuration configuration(CoapTiming timing) {
    long timeout = timing.acknowledgement().toMillis();
    return new Configuration(
            SystemConfig.DEFINITIONS,
            CoapConfig.DEFINITIONS,
            UdpConfig.DEFINITIONS,
            DtlsConfig.DEFINITIONS)
        .set(CoapConfig.ACK_TIMEOUT, timeout, TimeUnit.MILLISECONDS)
        .set(CoapConfig.MAX_RETRANSMIT, timing.retransmissions())
        .set(CoapConfig.MAX_RESOURCE_BODY_SIZE, Limits.MAX_MESSAGE_BYTES)
        .set(CoapConfig.BLOCKWISE_ENTITY_TOO_LARGE_AUTO_FAILOVER, false)
        .set(CoapConfig.TOKEN_SIZE_LIMIT, 1)
        .set(CoapConfig.MAX_ACTIVE_PEERS, 16)
        .set(CoapConfig.PROTOCOL_STAGE_THREAD_COUNT, 1)
        .set(DtlsConfig.DTLS_ROLE, DtlsRole.CLIENT_ONLY)
        .setAsList(DtlsConfig.DTLS_CIPHER_SUITES, CipherSuite.TLS_PSK_WITH_AES_128_CCM_8)
        .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, 0)
        .set(DtlsConfig.DTLS_USE_SERVER_NAME_INDICATION, false)
        .set(DtlsConfig.DTLS_RETRANSMISSION_TIMEOUT, timeout, TimeUnit.MILLISECONDS)
        .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, timing.retransmissions())
        .set(DtlsConfig.DTLS_MAX_CONNECTIONS, 16)
        .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
        .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, 1)
        .set(DtlsConfig.DTLS_RECEIVE_BUFFER_SIZE, RECEIVE_BUFFER)
        .set(DtlsConfig.DTLS_SEND_BUFFER_SIZE, 64 * 1024);
  }

  @Override
  public CompletionStage<Acknowledgement> send(byte[] message) {
    CompletableFuture<Acknowledgement> answer = new CompletableFuture<>();
    pending = answer;
    try {
      executor.execute(() -> request(message, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new ChannelException("the channel is closed", e));
    }
    return answer;
  }

  private void request(byte[] message, CompletableFuture<Acknowledgement> answer) {
    // resolved anew each time: the server may have moved
    InetSocketAddress server =
        new InetSocketAddress(settings.server().getHost(), settings.server().getPort());
    if (server.isUnresolved()) {
      fail(answer, "the name " + server.getHostString() + " can't be resolved", null);
      return;
    }
    Request request = new Request(CoAP.Code.POST, CoAP.Type.CON);
    request.setDestinationContext(context(server));
    request.getOptions().setUriPath(PATH);
    request.setPayload(message);
    int block = block(server, message.length);
    if (block == BlockRule.SMALL) {
      BlockStacks.inSmallBlocks(request);
    }
    ScheduledFuture<?> deadline =
        executor.schedule(
            request::cancel, deadlineMillis(message.length, block), TimeUnit.MILLISECONDS);
    request.addMessageObserver(
        new MessageObserverAdapter() {
          @Override
          public void onResponse(Response response) {
            deadline.cancel(false);
            blocks.ended();
            answered(response, answer);
          }

          @Override
          protected void failed() {
            deadline.cancel(false);
            blocks.ended();
            Throwable cause = request.getSendError();
            fail(answer, cause == null ? "no answer in time" : cause.getMessage(), cause);
          }
        });
    request.send(endpoint);
  }

  /** The header of IPv6 is 20 bytes longer, so that small blocks would not gain what they cost. */
  private int block(InetSocketAddress server, int length) {
    return server.getAddress() instanceof Inet4Address ? blocks.blockFor(length) : BlockRule.USUAL;
  }

  private EndpointContext context(InetSocketAddress server) {
    if (shakeHands.getAndSet(false)) {
      return new MapBasedEndpointContext(
          server, null, DtlsEndpointContext.ATTRIBUE_HANDSHAKE_MODE_FORCE_FULL);
    }
    return new AddressEndpointContext(server);
  }

  private long deadlineMillis(int length, int block) {
    long datagrams = 1L + length / block;
    return datagrams * timing.response().toMillis();
  }

  private void answered(Response response, CompletableFuture<Acknowledgement> answer) {
    byte[] payload = response.getPayload();
    if (response.getCode() == ResponseCode.REQUEST_ENTITY_TOO_LARGE) {
      answer.complete(
          Acknowledgement.refused(Status.MALFORMED, 1, "the server takes no message that long"));
    } else if (payload.length == 0) {
      fail(answer, "the server answered " + response.getCode(), null);
    } else {
      try {
        answer.complete(SyncCodec.decodeAcknowledgement(payload));
      } catch (MalformedMessageException e) {
        fail(answer, "the server's answer can't be read: " + e.getMessage(), e);
      }
    }
  }

  private void fail(CompletableFuture<Acknowledgement> answer, String reason, Throwable cause) {
    shakeHands.set(true);
    answer.completeExceptionally(
        new ChannelException(
            settings.server() + " as " + settings.identity() + ": " + reason, cause));
  }

  @Override
  public void close() {
    endpoint.destroy();
    executor.shutdownNow();
    pending.completeExceptionally(new ChannelException("the channel was closed"));
  }
}
