package org.phonemirror.testnet.demo;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the mirror server's services work with.
 *
 * @param internet network in CIDR notation from which it fetches and to which it puts files, as the
 *     Internet of a test network is none
 * @param mail where it submits mail
 * @param mms where it hands in multimedia messages
 * @param clamd the virus scanner
 */
public record ServicePlan(
    String internet, InetSocketAddress mail, Optional<URI> mms, InetSocketAddress clamd) {
  /**
   * As keys of {@code mirror.properties}.
   *
   * @param files where phones fetch files
   * @param url the same to phones
   */
  Map<String, String> settings(InetSocketAddress files, URI url) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("download.address", text(files));
    settings.put("download.url", url.toString());
    settings.put("download.allowed-networks", internet);
    mms.ifPresent(relay -> settings.put("upload.mms-relay", relay.toString()));
    settings.put("upload.mail-server", text(mail));
    settings.put("upload.mail-security", "none");
    settings.put("upload.mail-sender", "{number}@phone.example");
    settings.put("upload.web", "on");
    settings.put("antivirus.clamd", text(clamd));
    return settings;
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
