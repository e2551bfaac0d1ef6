package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Runs the HSS until it is terminated. */
public final class HssMain {
  private HssMain() {}

  /**
   * {@code HssMain HOST REALM ADDRESS:PORT SUBSCRIBERS KEPT}, for example {@code hss.ims.test
   * ims.test 127.7.0.4:3868 subscribers.txt hss.json}; see {@link SubscriberFile}. What it holds is
   * kept in the last one, which wins over the subscribers' file once it is there.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int colon = args.length == 5 ? args[2].lastIndexOf(':') : -1;
    if (colon < 0) {
      throw new IllegalArgumentException(
          "usage: HssMain HOST REALM ADDRESS:PORT SUBSCRIBERS KEPT, for example"
              + " hss.ims.test ims.test 127.7.0.4:3868 subscribers.txt hss.json");
    }
    InetSocketAddress listen =
        new InetSocketAddress(
            args[2].substring(0, colon), Integer.parseInt(args[2].substring(colon + 1)));
    List<SubscriberFile.Entry> entries = SubscriberFile.read(Path.of(args[3]));
    TestHss hss =
        TestHss.start(
            HssConfig.of(args[0], args[1], listen), Path.of(args[4]), h -> h.put(entries));
    Runtime.getRuntime().addShutdownHook(new Thread(hss::close, "hss-shutdown"));
    System.out.println("HSS " + args[0] + " listens at " + args[2]);
    new CountDownLatch(1).await();
  }
}
