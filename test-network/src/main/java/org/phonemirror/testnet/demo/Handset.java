package org.phonemirror.testnet.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.phonemirror.core.tape.SessionContent;
import org.phonemirror.sync.SyncSettings;
import org.phonemirror.testnet.ims.Ue;
import org.phonemirror.testnet.packet.PacketNetwork;
import org.phonemirror.testnet.phone.PhoneGuest;
import org.phonemirror.testnet.phone.PhoneImages;

/**
 * A whole phone: the application processor (a QEMU guest) and the baseband, which attaches to the
 * packet domain when the phone is switched on, and whose IMS stack registers when the guest is up
 * and de-registers when it goes down.
 */
public final class Handset implements AutoCloseable {
  private static final Duration REGISTRATION = Duration.ofMinutes(10);
  private static final Duration BOOT = Duration.ofMinutes(2);
  private static final Duration OFF = Duration.ofMinutes(1);

  private final PhoneGuest guest;
  private final Ue ue;
  private final PacketNetwork network;
  private final String imsi;
  private volatile CompletableFuture<Void> registered = new CompletableFuture<>();
  private volatile CompletableFuture<Void> deregistered = new CompletableFuture<>();

  /** A phone that is off. */
  public Handset(
      PhoneImages images,
      Path directory,
      PacketNetwork network,
      String imsi,
      Ue.Identity identity,
      InetSocketAddress local,
      InetSocketAddress pcscf)
      throws IOException {
    this.network = network;
    this.imsi = imsi;
    this.guest = new PhoneGuest(images, directory, network.phoneNetwork(imsi), this::modem);
    this.ue = new Ue(identity, local, pcscf, this::received);
  }

  /** The guest. */
  public PhoneGuest guest() {
    return guest;
  }

  /** Switches it on: it attaches; and waits for its home screen and its registration. */
  public void switchOn() throws Exception {
    registered = new CompletableFuture<>();
    network.sgsn().attach(imsi);
    guest.powerOn();
    guest.awaitHome(BOOT);
    await("registration", registered);
  }

  /** Presses the power key, and waits until it is off and de-registered. */
  public void switchOff() throws Exception {
    deregistered = new CompletableFuture<>();
    guest.pressPowerKey();
    guest.awaitOff(OFF);
    await("de-registration", deregistered);
    network.sgsn().detach(imsi);
  }

  private static void await(String what, CompletableFuture<Void> stage)
      throws IOException, InterruptedException {
    try {
      stage.get(40, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(what + " failed: " + e.getMessage(), e);
    }
  }

  private void modem(String line) {
    if (line.equals("UP")) {
      finish(ue.register(REGISTRATION), registered);
    } else if (line.equals("DOWN")) {
      finish(ue.deregister(), deregistered);
    }
  }

  private static void finish(CompletionStage<Void> stage, CompletableFuture<Void> into) {
    var unused =
        stage.whenComplete(
            (done, failure) -> {
              if (failure == null) {
                into.complete(null);
              } else {
                into.completeExceptionally(failure);
              }
            });
  }

  private void received(Ue.Received message) {
    String type = message.contentType();
    if (type.equals(SyncSettings.CONTENT_TYPE)) {
      tell("SETTINGS ", message.body().getBytes(StandardCharsets.UTF_8));
    } else if (type.equals(SessionContent.MMS)) {
      // a body of octets comes as characters of the same numbers
      tell("PUSH ", message.body().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private void tell(String word, byte[] what) {
    try {
      guest.sendFromModem(word + Base64.getEncoder().encodeToString(what));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    guest.close();
    network.sgsn().detach(imsi);
    ue.close();
  }
}
