package org.phonemirror.testnet.ims;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Phones of subscribers in {@code ims.test}, and what they do. */
public final class TestPhones {
  private static final long PATIENCE_SECONDS = 60;

  private TestPhones() {}

  /** That of a subscriber with a telephone number in digits. */
  public static Ue.Identity identity(String number) {
    return identity(number, "secret");
  }

  /** The same with another password. */
  public static Ue.Identity identity(String number, String password) {
    return new Ue.Identity(
        "sip:+" + number + "@ims.test", number + "@ims.test", "ims.test", password);
  }

  /** Where a phone listens on an address of its own. */
  public static InetSocketAddress local(String host) {
    return new InetSocketAddress(host, 5061);
  }

  /** What comes of something that a phone does. */
  public static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
