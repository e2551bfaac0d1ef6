package org.phonemirror.core.antivirus.clamd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where clamd listens, as {@code clamd.conf} has it. */
public final class ClamdAddress {
  private static final Pattern TCP = Pattern.compile("tcp:(.+):(\\d{1,5})");
  private static final String UNIX = "unix:";

  private ClamdAddress() {}

  /**
   * Reads {@code unix:PATH} ({@code LocalSocket}) or {@code tcp:HOST:PORT} ({@code TCPAddr}, {@code
   * TCPSocket}). clamd has no access control: whoever reaches its port can use it up.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static SocketAddress parse(String text) {
    if (text.startsWith(UNIX) && text.length() > UNIX.length()) {
      return UnixDomainSocketAddress.of(text.substring(UNIX.length()));
    }
    Matcher tcp = TCP.matcher(text);
    if (tcp.matches() && Integer.parseInt(tcp.group(2)) <= 0xffff) {
      return new InetSocketAddress(tcp.group(1), Integer.parseInt(tcp.group(2)));
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no address of clamd: it must be unix:PATH or tcp:HOST:PORT");
  }
}
