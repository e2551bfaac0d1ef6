package org.phonemirror.hss.sh;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.phonemirror.core.subscriber.Impu;
import org.phonemirror.hss.profile.ImsData;
import org.phonemirror.hss.profile.RepositoryData;

/**
 * Asks an HSS on behalf of people. Stages fail with a ProfileUnavailableException; its cause is a
 * {@link RefusedException} if the HSS answered.
 */
public final class ShClient implements AutoCloseable {
  private final ShConnection connection;
  private final ShRepository repository;
  private final ShRepository status;
  private final ShReader reader;
  private final CountDownLatch connected = new CountDownLatch(1);

  /** Starts to connect; does not wait for the connection. */
  public ShClient(ShConfig config) {
    this.connection =
        new ShConnection(
            config, new PushNotifications(config, (user, data) -> {}), connected::countDown);
    this.repository = new ShRepository(connection, config.serviceIndication());
    this.status = new ShRepository(connection, config.statusIndication());
    this.reader = new ShReader(connection);
    connection.start();
  }

  /** Waits for the connection; returns whether it is there. */
  public boolean awaitConnected(long timeout, TimeUnit unit) throws InterruptedException {
    return connected.await(timeout, unit);
  }

  /** Why there is no connection, as far as TLS is the reason. */
  public Optional<String> failure() {
    return connection.failure();
  }

  /** The transparent data; empty if there is none. */
  public CompletionStage<Optional<RepositoryData>> repositoryData(Impu user) {
    return repository.pullOfKnown(user);
  }

  /** The mirror's condition as the mirror server wrote it; empty if it did not. */
  public CompletionStage<Optional<RepositoryData>> status(Impu user) {
    return status.pullOfKnown(user);
  }

  /**
   * Writes transparent data under its sequence number.
   *
   * @return false if another was faster: read again
   */
  public CompletionStage<Boolean> write(Impu user, RepositoryData data) {
    return repository.write(user, data);
  }

  /** Every public identity of the subscription. */
  public CompletionStage<ImsData> publicIdentities(UserIdentity user) {
    return reader.publicIdentities(user);
  }

  /** Telephone numbers of the subscription. */
  public CompletionStage<ImsData> msisdns(UserIdentity user) {
    return reader.read(user, Sh.MSISDN_DATA, "MSISDN of ");
  }

  /** Whether the public identity is registered. */
  public CompletionStage<ImsData> userState(Impu user) {
    return reader.read(new UserIdentity.Public(user), Sh.IMS_USER_STATE, "state of ");
  }

  /** The S-CSCF that serves the subscriber. */
  public CompletionStage<ImsData> servingCscf(Impu user) {
    return reader.read(new UserIdentity.Public(user), Sh.S_CSCF_NAME, "S-CSCF of ");
  }

  /** The filter criteria that name one application server. */
  public CompletionStage<ImsData> criteria(Impu user, String serverName) {
    return reader.criteria(new UserIdentity.Public(user), serverName);
  }

  /** Ends the connection; what waits for an answer fails. */
  @Override
  public void close() {
    connection.close();
  }
}
