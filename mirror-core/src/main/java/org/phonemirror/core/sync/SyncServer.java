package org.phonemirror.core.sync;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.core.network.CoapEndpoint;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.californium.elements.config.SystemConfig;
import org.eclipse.californium.elements.config.UdpConfig;
import org.eclipse.californium.scandium.DTLSConnector;
import org.eclipse.californium.scandium.config.DtlsConfig;
import org.eclipse.californium.scandium.config.DtlsConfig.DtlsRole;
import org.eclipse.californium.scandium.config.DtlsConnectorConfig;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite;
import org.phonemirror.sync.Limits;

/**
 * Where the phones' messages come in: CoAP (RFC 7252) over DTLS 1.2 with pre-shared keys and
 * TLS_PSK_WITH_AES_128_CCM_8. Who a phone is follows from the key alone.
 *
 * <p>Sessions are found by connection id (RFC 9146) and so survive a phone's change of address.
 * Whoever has no key gets no further than the handshake, which begins with a cookie (RFC 6347
 * §4.2.1). Sessions, messages in flight and block transfers are bounded.
 */
public final class SyncServer implements AutoCloseable {
  private static final int CONNECTION_ID_BYTES = 4;
  private static final int MAX_DATAGRAM_PAYLOAD = 1024;

  /** How many of a phone's last requests are remembered to recognize one that is sent again. */
  private static final int REMEMBERED_REQUESTS = 8;

  /** A phone with a wrong key just falls silent (RFC 6347 §4.1.2.7): noticed after 14 s. */
  private static final int MAX_HANDSHAKE_RETRANSMISSIONS = 2;

  /** Phones wait 14 s for the next block's answer; then a transfer holds its place for nothing. */
  private static final int BROKEN_TRANSFER_SECONDS = 60;

  private static final int MAX_QUEUED_DATAGRAMS = 4096;
  private static final int THREADS = 2;

  private final ScheduledExecutorService executor;
  private final DTLSConnector connector;
  private final CoapEndpoint endpoint;
  private final Counters counters = new Counters();
  private InetSocketAddress address;

  private SyncServer(SyncServerConfig config, KeyRing keys, MessageSink sink, Clock clock) {
    address = config.bind();
    OncePerMinute logged = new OncePerMinute(clock);
    AtomicInteger number = new AtomicInteger();
    executor =
        Executors.newScheduledThreadPool(
            THREADS, task -> new Thread(task, "sync-server-" + number.incrementAndGet()));
    Configuration configuration = configuration(config);
    connector =
        new DTLSConnector(
            DtlsConnectorConfig.builder(configuration)
                .setAddress(config.bind())
                .setAdvancedPskStore(new KeyRingPskStore(keys, counters, logged))
                .setSessionListener(new HandshakeLog(counters, logged))
                .build());
    endpoint =
        new CoapEndpoint.Builder()
            .setConfiguration(configuration)
            .setConnector(connector)
            .setCoapStackFactory(SyncStack.factory(config.maxBlockTransfers()))
            .build();
    endpoint.setExecutors(executor, executor);
    endpoint.setMessageDeliverer(new Requests(keys, sink, config, executor, counters));
  }

  /**
   * Starts a server.
   *
   * @param keys the valid keys; may change at any time
   * @throws IOException if the address can't be bound
   */
  public static SyncServer start(
      SyncServerConfig config, KeyRing keys, MessageSink sink, Clock clock) throws IOException {
    SyncServer server = new SyncServer(config, keys, sink, clock);
    try {
      server.endpoint.start();
      server.address = server.endpoint.getAddress();
      return server;
    } catch (IOException e) {
      server.close();
      throw new IOException(
          "can't listen for phones on UDP "
              + config.bind()
              + " ("
              + e.getMessage()
              + "); is the address this machine's and the port free?",
          e);
    }
  }

  private static Configuration configuration(SyncServerConfig config) {
    return new Configuration(
            SystemConfig.DEFINITIONS,
            CoapConfig.DEFINITIONS,
            UdpConfig.DEFINITIONS,
            DtlsConfig.DEFINITIONS)
        .set(CoapConfig.MAX_MESSAGE_SIZE, MAX_DATAGRAM_PAYLOAD)
        .set(CoapConfig.PREFERRED_BLOCK_SIZE, MAX_DATAGRAM_PAYLOAD)
        .set(CoapConfig.MAX_RESOURCE_BODY_SIZE, Limits.MAX_MESSAGE_BYTES)
        .set(CoapConfig.BLOCKWISE_STATUS_LIFETIME, BROKEN_TRANSFER_SECONDS, TimeUnit.SECONDS)
        .set(CoapConfig.MAX_ACTIVE_PEERS, config.maxConnections())
        .set(CoapConfig.DEDUPLICATOR, CoapConfig.DEDUPLICATOR_PEERS_MARK_AND_SWEEP)
        .set(CoapConfig.PEERS_MARK_AND_SWEEP_MESSAGES, REMEMBERED_REQUESTS)
        .set(DtlsConfig.DTLS_ROLE, DtlsRole.SERVER_ONLY)
        .setAsList(DtlsConfig.DTLS_CIPHER_SUITES, CipherSuite.TLS_PSK_WITH_AES_128_CCM_8)
        .set(DtlsConfig.DTLS_CONNECTION_ID_LENGTH, CONNECTION_ID_BYTES)
        .set(DtlsConfig.DTLS_MAX_RETRANSMISSIONS, MAX_HANDSHAKE_RETRANSMISSIONS)
        .set(DtlsConfig.DTLS_MAX_CONNECTIONS, config.maxConnections())
        .set(DtlsConfig.DTLS_MAX_PENDING_INBOUND_JOBS, MAX_QUEUED_DATAGRAMS)
        .set(DtlsConfig.DTLS_MAX_PENDING_OUTBOUND_JOBS, MAX_QUEUED_DATAGRAMS)
        .set(DtlsConfig.DTLS_RECEIVER_THREAD_COUNT, 1)
        .set(DtlsConfig.DTLS_CONNECTOR_THREAD_COUNT, THREADS);
  }

  /** Where it listens, or did until it was closed. */
  public InetSocketAddress address() {
    return address;
  }

  /** Whether its socket is open and read from. */
  public boolean isListening() {
    return endpoint.isStarted() && connector.isRunning();
  }

  /** What it has seen so far. */
  public SyncServerStats stats() {
    return counters.snapshot();
  }

  /** Stops; phones keep what was not answered and send it again. */
  @Override
  public void close() {
    endpoint.destroy();
    executor.shutdownNow();
    try {
      if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a message sink does not return from accept()");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
