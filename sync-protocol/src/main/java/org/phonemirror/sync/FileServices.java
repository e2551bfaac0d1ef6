package org.phonemirror.sync;

import java.util.Arrays;
import java.util.Base64;

/**
 * What a phone has to know of the services that move files.
 *
 * @param upload whether files are sent by the mirror server at all
 * @param uploadThreshold shortest file that is left to it, in bytes
 * @param certificate of the server that the phone fetches files from, or of the authority that
 *     vouches for it: an X.509 certificate (DER). Empty: whoever the phone's system trusts
 */
public record FileServices(boolean upload, long uploadThreshold, byte[] certificate) {
  /** Longest certificate; those of keys on P-256 have some 500 bytes, of RSA keys 1,000. */
  public static final int MAX_CERTIFICATE_BYTES = 4096;

  /** Those of whoever is told nothing. */
  public static final FileServices USUAL = new FileServices(true, 500_000, new byte[0]);

  public FileServices {
    Check.range("upload-threshold", uploadThreshold, 0, Long.MAX_VALUE);
    Check.range("length of files-ca", certificate.length, 0, MAX_CERTIFICATE_BYTES);
    certificate = certificate.clone();
  }

  @Override
  public byte[] certificate() {
    return certificate.clone();
  }

  /** The same with what a user may do. */
  public FileServices withUpload(boolean allowed, long threshold) {
    return new FileServices(allowed, threshold, certificate);
  }

  /** The same with this certificate. */
  public FileServices withCertificate(byte[] der) {
    return new FileServices(upload, uploadThreshold, der);
  }

  /** Lines of the settings. */
  String format() {
    String ca =
        certificate.length == 0
            ? ""
            : "files-ca: " + Base64.getEncoder().encodeToString(certificate) + "\n";
    return "upload: "
        + (upload ? "on" : "off")
        + "\nupload-threshold: "
        + uploadThreshold
        + "\n"
        + ca;
  }

  /** Reads the values of those lines; an empty one stands for the usual. */
  static FileServices parse(String upload, String threshold, String certificate) {
    if (!upload.isEmpty() && !upload.equals("on") && !upload.equals("off")) {
      throw new IllegalArgumentException("upload is '" + upload + "', must be on or off");
    }
    long bytes;
    try {
      bytes = threshold.isEmpty() ? USUAL.uploadThreshold : Long.parseLong(threshold);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "upload-threshold is '" + threshold + "', must be a number of bytes", e);
    }
    byte[] der;
    try {
      der = Base64.getDecoder().decode(certificate);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("files-ca is not Base64", e);
    }
    return new FileServices(!upload.equals("off"), bytes, der);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileServices that
        && upload == that.upload
        && uploadThreshold == that.uploadThreshold
        && Arrays.equals(certificate, that.certificate);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(uploadThreshold) * 31 + Arrays.hashCode(certificate);
  }
}
