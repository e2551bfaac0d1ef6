package org.phonemirror.apk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;

/**
 * An RSA key made of a published seed, and its certificate (RFC 5280). RSA signatures by PKCS #1
 * v1.5 are the same each time, so that the signed APK is too.
 */
final class EverybodysKey {
  private static final String SEED = "Phone Mirror: a key for tests, known to everybody";
  private static final String NAME = "Phone Mirror (test key, known to everybody)";
  private static final int PRIME_BITS = 1024;
  private static final BigInteger EXPONENT = BigInteger.valueOf(65537);

  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int NULL = 0x05;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int EXPLICIT_0 = 0xa0;

  /** 2.5.4.3. */
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};

  /** 1.2.840.113549.1.1.11. */
  private static final byte[] SHA256_WITH_RSA = {
    0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x0b
  };

  private EverybodysKey() {}

  static SigningKey make() throws GeneralSecurityException {
    BigInteger p = prime("p");
    BigInteger q = prime("q");
    BigInteger modulus = p.multiply(q);
    BigInteger one = BigInteger.ONE;
    BigInteger d = EXPONENT.modInverse(p.subtract(one).multiply(q.subtract(one)));
    KeyFactory factory = KeyFactory.getInstance("RSA");
    PublicKey publicKey = factory.generatePublic(new RSAPublicKeySpec(modulus, EXPONENT));
    PrivateKey privateKey =
        factory.generatePrivate(
            new RSAPrivateCrtKeySpec(
                modulus,
                EXPONENT,
                d,
                p,
                q,
                d.mod(p.subtract(one)),
                d.mod(q.subtract(one)),
                q.modInverse(p)));
    return new SigningKey(privateKey, certificate(publicKey, privateKey));
  }

  /** The first prime after a number that the seed gives, with which the exponent can be used. */
  private static BigInteger prime(String which) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < PRIME_BITS / 256; i++) {
      bytes.writeBytes(sha256.digest(utf8(SEED + " " + which + i)));
    }
    BigInteger start =
        new BigInteger(1, bytes.toByteArray()).setBit(PRIME_BITS - 1).setBit(PRIME_BITS - 2);
    BigInteger prime = start.nextProbablePrime();
    while (prime.subtract(BigInteger.ONE).mod(EXPONENT).signum() == 0) {
      prime = prime.nextProbablePrime();
    }
    return prime;
  }

  private static X509Certificate certificate(PublicKey publicKey, PrivateKey privateKey)
      throws GeneralSecurityException {
    byte[] algorithm = der(SEQUENCE, SHA256_WITH_RSA, der(NULL));
    byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, utf8(NAME)))));
    byte[] validity =
        der(SEQUENCE, der(UTC_TIME, utf8("260101000000Z")), der(UTC_TIME, utf8("491231235959Z")));
    byte[] body =
        der(
            SEQUENCE,
            der(EXPLICIT_0, der(INTEGER, new byte[] {2})), // version 3
            der(INTEGER, new byte[] {1}), // serial number
            algorithm,
            name,
            validity,
            name,
            publicKey.getEncoded());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(privateKey);
    signature.update(body);
    byte[] whole = der(SEQUENCE, body, algorithm, der(BIT_STRING, new byte[1], signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(whole));
  }

  /** A value with its tag and length (ITU-T X.690 §8.1). */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length >= 0x100) {
      out.write(0x82);
      out.write(length >> 8);
    } else if (length >= 0x80) {
      out.write(0x81);
    }
    out.write(length);
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
