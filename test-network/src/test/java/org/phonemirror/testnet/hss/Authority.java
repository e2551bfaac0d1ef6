package org.phonemirror.testnet.hss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.phonemirror.hss.diameter.Tls;

/**
 * A certificate authority of a test, made with the JDK's keytool; GnuTLS cannot read its EC keys.
 */
final class Authority {
  static final String PASSWORD = "secret";

  private final Path directory;
  private final String name;

  private Authority(Path directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  static Authority make(Path directory, String name) throws Exception {
    Authority authority = new Authority(directory, name);
    authority.keytool(authority.keys(), "-genkeypair", "-dname", "CN=" + name, "-ext", "bc:c");
    authority.keytool(authority.keys(), "-exportcert", "-rfc", "-file", authority.file("crt"));
    authority.trust(authority.trusted());
    return authority;
  }

  /** Keys of a node with a certificate of this authority, which trusts this authority. */
  Tls issue(String host) throws Exception {
    return issue(host, this);
  }

  /** The same, but it trusts another authority. */
  Tls issue(String host, Authority trusted) throws Exception {
    Path keys = Files.createTempDirectory(directory, name).resolve(host + ".p12");
    String request = keys + ".csr";
    String certificate = keys + ".crt";
    keytool(keys, "-genkeypair", "-dname", "CN=" + host);
    keytool(keys, "-certreq", "-file", request);
    keytool(
        keys(),
        "-gencert",
        "-infile",
        request,
        "-outfile",
        certificate,
        "-rfc",
        "-ext",
        "san=dns:" + host);
    trust(keys);
    keytool(keys, "-importcert", "-noprompt", "-file", certificate);
    return new Tls(keys, PASSWORD, trusted.trusted(), PASSWORD);
  }

  /** Its certificate, PEM. */
  Path certificate() {
    return Path.of(file("crt"));
  }

  /** Part of a node's keys as PEM, by openssl. */
  static Path pem(Tls keys, String... what) throws Exception {
    Path file = Path.of(keys.keyStore() + String.join("", what) + ".pem");
    List<String> line =
        new ArrayList<>(List.of("openssl", "pkcs12", "-in", keys.keyStore().toString(), "-nodes"));
    line.addAll(List.of("-passin", "pass:" + PASSWORD, "-out", file.toString()));
    line.addAll(List.of(what));
    run(line, Path.of(file + ".log"));
    return file;
  }

  private void trust(Path store) throws Exception {
    run(store, "-importcert", "ca-" + name, "-noprompt", "-file", file("crt"));
  }

  private Path keys() {
    return directory.resolve(name + ".p12");
  }

  private Path trusted() {
    return directory.resolve(name + "-trusted.p12");
  }

  private String file(String ending) {
    return directory.resolve(name + "." + ending).toString();
  }

  private void keytool(Path store, String command, String... more) throws Exception {
    run(store, command, "key", more);
  }

  private void run(Path store, String command, String alias, String... more) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-alias",
                alias,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
    if (command.equals("-genkeypair")) {
      line.addAll(List.of("-keyalg", "RSA"));
    }
    line.addAll(List.of(more));
    run(line, directory.resolve("keytool.log"));
  }

  private static void run(List<String> line, Path log) throws Exception {
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IOException(line + ":\n" + Files.readString(log));
    }
  }
}
