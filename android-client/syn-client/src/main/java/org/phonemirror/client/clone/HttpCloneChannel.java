package org.phonemirror.client.clone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import org.phonemirror.sync.CloneCodec;
import org.phonemirror.sync.CloneReply;
import org.phonemirror.sync.CloneRequest;
import org.phonemirror.sync.Limits;
import org.phonemirror.sync.MalformedMessageException;

/** Posts each request to the address that the server gave. */
public final class HttpCloneChannel implements CloneChannel {
  /** Opens a connection to the address. */
  @FunctionalInterface
  public interface Opener {
    HttpURLConnection open() throws IOException;
  }

  private final Opener opener;

  /** By connections that have not sent anything yet. */
  public HttpCloneChannel(Opener opener) {
    this.opener = opener;
  }

  @Override
  public CloneReply send(CloneRequest request) throws IOException {
    byte[] body = CloneCodec.encode(request);
    HttpURLConnection http = opener.open();
    http.setRequestMethod("POST");
    http.setDoOutput(true);
    http.setFixedLengthStreamingMode(body.length);
    http.setRequestProperty("Content-Type", "application/octet-stream");
    try (OutputStream out = http.getOutputStream()) {
      out.write(body);
    }
    int status = http.getResponseCode();
    if (status == HttpURLConnection.HTTP_NOT_FOUND) {
      http.disconnect();
      throw new CloneGoneException("the server takes no copy at the address it gave");
    } else if (status != HttpURLConnection.HTTP_OK) {
      http.disconnect();
      throw new IOException("the server answered " + status + " to a part of the copy");
    }
    try (InputStream in = http.getInputStream()) {
      return CloneCodec.decodeReply(read(in));
    } catch (MalformedMessageException e) {
      throw new IOException("the server's answer can't be read: " + e.getMessage(), e);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      all.write(buffer, 0, n);
      if (all.size() > Limits.MAX_MESSAGE_BYTES) {
        throw new IOException("the server's answer is too long");
      }
    }
    return all.toByteArray();
  }
}
